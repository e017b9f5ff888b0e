package checker_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"github.com/naru-lab/naru/checker"
)

// fewest is how many rows there must be.
const fewest = 150

// patterns are the ways in which other checkers go wrong; each must have rows.
var patterns = []string{
	// yes, wrongly
	"other answers", "part of longer", "last not looked at", "effect for cause", "text for image",
	"comment", "not rebuilt", "left from earlier", "another port", "typed by hand",
	// no, wrongly
	"address or order", "second mount", "form for effect", "second try",
	// unhelpful
	"one hint for every cause", "never made",
}

// unsaid is what a sentence must not have: an id, a value that isn't there, a
// reproach.
var unsaid = regexp.MustCompile(`<no value>|\b(found|detail|near|subject|label)\.[a-z]|틀렸`)

// english is what a Korean sentence must not have but in code, which is what
// was typed or what an engine says, and in brackets.
var (
	english = regexp.MustCompile(`\b(running|created|paused|restarting|exited|dead|present|absent|gone|healthy|unhealthy|starting|true|false|stdout|stderr|file|directory|symlink|not root)\b`)
	asides  = regexp.MustCompile("`[^`]*`|\\([^)]*\\)")
)

// TestVerdicts holds every row of testdata/verdicts. Beside its verdict, each
// row shows that comparing changes nothing, says the same again, and says the
// same of a state that went through JSON; and that all findings can be said.
func TestVerdicts(t *testing.T) {
	files, err := filepath.Glob("testdata/verdicts/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	total, passing, seen := 0, 0, map[string]int{}
	for _, name := range files {
		for _, r := range readRows(t, name) {
			total++
			seen[r.Pattern]++
			if r.Want == "pass" {
				passing++
			}
			t.Run(strings.TrimSuffix(filepath.Base(name), ".yaml")+"/"+r.Name, func(t *testing.T) { r.hold(t) })
		}
	}
	t.Logf("%d rows in %d files: %d right, %d wrong", total, len(files), passing, total-passing)
	if total < fewest {
		t.Errorf("there are %d rows, must be at least %d", total, fewest)
	}
	for _, p := range patterns {
		if seen[p] == 0 {
			t.Errorf("no row shows the pattern %q", p)
		}
		delete(seen, p)
	}
	delete(seen, "")
	for p := range seen {
		t.Errorf("a row names an unknown pattern %q", p)
	}
}

func (r row) hold(t *testing.T) {
	t.Helper()
	w := r.World
	w.settle(t)
	checks := r.parse(t)
	st, err := checker.Observe(t.Context(), w.source(), checks)
	if err != nil {
		t.Fatal(err)
	}
	before := marshal(t, st)
	rep := checker.Compare(checks, st)
	if diff := cmp.Diff(r.Want, verdict(rep, r.Want)); diff != "" {
		t.Errorf("verdict (-want +got):\n%s\n%s", diff, explain(rep))
	}
	if after := marshal(t, st); after != before {
		t.Errorf("comparing changed the state:\n%s", cmp.Diff(before, after))
	}
	if diff := cmp.Diff(rep, checker.Compare(checks, st)); diff != "" {
		t.Errorf("comparing again says something else:\n%s", diff)
	}
	var again checker.State
	if err := json.Unmarshal([]byte(before), &again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(rep, checker.Compare(checks, &again)); diff != "" {
		t.Errorf("after a journey through JSON the verdict is another:\n%s", diff)
	}
	sayable(t, rep)
	for lang, part := range map[string]string{"ko": r.Ko, "en": r.En} {
		if part == "" {
			continue
		}
		if said := rep.First().Findings[0].Say(lang); !strings.Contains(said, part) {
			t.Errorf("in %s: %q does not say %q", lang, said, part)
		}
	}
}

// parse reads the row's check.
func (r row) parse(t *testing.T) []checker.Check {
	t.Helper()
	check := &r.Check
	if check.Kind == yaml.AliasNode {
		check = check.Alias
	}
	check.Anchor = ""
	list := []*yaml.Node{check}
	if check.Kind == yaml.SequenceNode {
		list = check.Content
	}
	src, err := yaml.Dump(list)
	if err != nil {
		t.Fatal(err)
	}
	checks, issues := checker.Parse(src)
	if len(issues) > 0 {
		t.Fatalf("parsing\n%s: %v", src, issues)
	}
	return checks
}

// verdict is the report in the words of Row.Want, as far as want goes.
func verdict(rep checker.Report, want string) string {
	if rep.Passed() {
		return "pass"
	}
	first := rep.First()
	if first.Waiting {
		return "waiting"
	}
	f := first.Findings[0]
	got := []string{f.Field, string(f.Reason)}
	for _, w := range strings.Fields(want)[min(2, len(strings.Fields(want))):] {
		key, _, _ := strings.Cut(w, "=")
		value := map[string]string{"detail": f.Detail, "near": f.Near.Subject.Name, "why": f.Near.Why, "got": strings.ReplaceAll(f.Got, " ", "_"), "item": f.Item}[key]
		got = append(got, key+"="+value)
	}
	return strings.Join(got, " ")
}

// sayable holds that every finding has a sentence in both languages, with
// nothing left unsaid.
func sayable(t *testing.T, rep checker.Report) {
	t.Helper()
	for _, res := range rep.Results {
		for _, f := range res.Findings {
			for _, lang := range []string{"ko", "en"} {
				s := f.Say(lang)
				lines := []string{s, f.WantLabel(lang), f.GotLabel(lang), res.Subject.Say(lang)}
				for _, line := range lines {
					if bad := unsaid.FindString(line); bad != "" {
						t.Errorf("%s %s in %s: %q has %q", f.Field, f.Reason, lang, line, bad)
					}
					if bad := english.FindString(asides.ReplaceAllString(line, "")); bad != "" && lang == "ko" {
						t.Errorf("%s %s in Korean: %q has %q", f.Field, f.Reason, line, bad)
					}
				}
				if testing.Verbose() {
					t.Log(s)
				}
			}
		}
	}
}

func marshal(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func explain(rep checker.Report) string {
	var b strings.Builder
	for _, res := range rep.Results {
		fmt.Fprintf(&b, "%s: passed %v, waiting %v\n", res.Subject, res.Passed, res.Waiting)
		for _, f := range res.Findings {
			fmt.Fprintf(&b, "  %s %s want %q got %q detail %s %v near %v %s\n", f.Field, f.Reason, f.Want, f.Got, f.Detail, f.Values, f.Near.Subject, f.Near.Why)
		}
	}
	return b.String()
}
