package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/naru-lab/naru/checker"
	"github.com/naru-lab/naru/cmd/internal/play"
	lessonansi "github.com/naru-lab/naru/lessons/ansi"
)

// writeReport shows a report as a person reads it: a line for each check, and
// under the first that has not passed what was wanted, what is there and what
// comes nearest.
func (a *app) writeReport(w io.Writer, out *play.Outcome) {
	rep := out.Report
	fmt.Fprintf(w, "%s %d/%d\n", a.term.paint(strong, a.say("check.heading")), rep.Count(), len(rep.Results))
	first := rep.First()
	for i := range rep.Results {
		res := &rep.Results[i]
		name := res.Subject.Say(string(a.lang))
		switch {
		case res.Passed:
			fmt.Fprintf(w, " %s %s\n", a.term.passSign(), name)
		case res == first:
			fmt.Fprintf(w, " %s %s\n", a.term.nearSign(), a.term.paint(near, name))
			for _, f := range res.Findings {
				a.writeFinding(w, f)
			}
			if res.Subject.Kind == "answer" {
				a.indented(w, a.how("quiz.how", "ID", res.Subject.Name))
			}
		case res.Waiting:
			fmt.Fprintf(w, " %s %s   %s\n", a.term.waitSign(), name, a.term.paint(quiet, a.say("check.waiting")))
		default:
			fmt.Fprintf(w, " %s %s   %s\n", a.term.waitSign(), name, a.term.paint(quiet, a.say("check.later")))
		}
	}
}

// writeFinding shows the sentence, which names the nearest thing too; where
// there is something to compare, what was wanted and what is there stand below
// it, each on a line of its own.
func (a *app) writeFinding(w io.Writer, f checker.Finding) {
	const indent = "       "
	lang := string(a.lang)
	a.indented(w, f.Say(lang))
	if f.Want == "" || f.Got == "" {
		return
	}
	for _, line := range []string{f.WantLabel(lang), f.GotLabel(lang)} {
		if line == "" { // the sentence says it all
			continue
		}
		for _, row := range strings.Split(ansi.Hardwrap(oneLine(line), a.term.width-len(indent), true), "\n") {
			fmt.Fprintln(w, indent+a.term.paint(quiet, row))
		}
	}
}

// indented writes a paragraph under a finding, wrapped.
func (a *app) indented(w io.Writer, text string) {
	if text == "" {
		return
	}
	for _, line := range strings.Split(lessonansi.Wrap(text, a.term.width-5), "\n") {
		fmt.Fprintln(w, "     "+line)
	}
}

// oneLine makes what an engine or a file said safe to show on one line: control
// characters are shown as Go writes them, never sent to the terminal.
func oneLine(s string) string {
	s = strings.TrimRight(s, "\n")
	if q := strconv.Quote(s); q != `"`+s+`"` && !printable(s) {
		return strings.ReplaceAll(strings.Trim(q, `"`), `\"`, `"`)
	}
	return s
}

func printable(s string) bool {
	for _, r := range s {
		if !strconv.IsPrint(r) {
			return false
		}
	}
	return true
}

// The report as scripts read it. The names are part of naru's contract.
type (
	jsonReport struct {
		Lesson string      `json:"lesson"`
		Step   string      `json:"step"`
		Passed bool        `json:"passed"`
		Engine *jsonEngine `json:"engine,omitempty"`
		TookMs float64     `json:"tookMs"`
		Checks []jsonCheck `json:"checks"`
	}
	jsonEngine struct {
		Version    string `json:"version"`
		APIVersion string `json:"apiVersion"`
	}
	jsonCheck struct {
		Subject  string        `json:"subject"`
		Passed   bool          `json:"passed"`
		Waiting  bool          `json:"waiting,omitempty"`
		Findings []jsonFinding `json:"findings"`
	}
	jsonFinding struct {
		Field   string `json:"field"`
		Reason  string `json:"reason"`
		Want    string `json:"want"`
		Got     string `json:"got"`
		Near    string `json:"near,omitempty"`
		Message string `json:"message"`
	}
)

// writeJSONReport writes a report as one JSON object on one line.
func (a *app) writeJSONReport(w io.Writer, out *play.Outcome) error {
	j := jsonReport{
		Lesson: out.Place.Lesson, Step: out.Place.Step, Passed: out.Passed(),
		TookMs: float64(out.Took.Microseconds()) / 1000,
		Checks: make([]jsonCheck, 0, len(out.Report.Results)),
	}
	if out.Engine != nil {
		j.Engine = &jsonEngine{Version: out.Engine.Version, APIVersion: out.Engine.APIVersion}
	}
	for _, res := range out.Report.Results {
		c := jsonCheck{Subject: res.Subject.String(), Passed: res.Passed, Waiting: res.Waiting, Findings: []jsonFinding{}}
		for _, f := range res.Findings {
			c.Findings = append(c.Findings, jsonFinding{
				Field: f.Field, Reason: string(f.Reason), Want: f.Want, Got: f.Got,
				Near: f.Near.Subject.Name, Message: f.Say(string(a.lang)),
			})
		}
		j.Checks = append(j.Checks, c)
	}
	return writeJSON(w, j)
}

// writeJSON writes a value as one line of JSON, with < and > as they are.
func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	return nil
}
