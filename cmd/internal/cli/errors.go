package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/cmd/internal/host"
	"github.com/naru-lab/naru/cmd/internal/learner"
	"github.com/naru-lab/naru/cmd/internal/play"
	"github.com/naru-lab/naru/lessons"
)

// fault is what a person is told when something ends a verb: what is wrong,
// what to do next, and the exit code.
type fault struct {
	text, hint string
	code       int
}

// fail tells the person what ended the verb and returns the exit code.
func (a *app) fail(err error) int {
	switch {
	case errors.Is(err, errNotYet):
		return exitNotYet
	case errors.Is(err, errStopped):
		return exitNotYet
	}
	f := a.explain(err)
	fmt.Fprintln(a.sys.Stderr, a.say("error.prefix", "Text", f.text))
	if f.hint != "" {
		fmt.Fprintln(a.sys.Stderr, a.say("error.hint", "Text", f.hint))
	}
	return f.code
}

// explain puts an error in the person's words. What it doesn't know is shown
// as it is: better a raw error than a wrong explanation.
func (a *app) explain(err error) fault {
	if f, ok := a.explainImage(err); ok {
		return f
	}
	if e, ok := errors.AsType[*engine.Error](err); ok {
		return a.explainEngine(e)
	}
	if e, ok := errors.AsType[*play.UnknownError](err); ok {
		text := a.say("error.unknown-"+e.Kind, "Arg", e.Arg)
		if e.Near != "" {
			text += " " + a.say("error.did-you-mean", "Near", e.Near)
		}
		return fault{text, a.say("error.unknown-hint"), exitUsage}
	}
	if e, ok := errors.AsType[*play.NoAnswerError](err); ok {
		id := "error.answer-one"
		if e.Multiple {
			id = "error.answer-options"
		}
		return fault{a.say(id, "Question", e.Question, "Options", e.Options), "", exitUsage}
	}
	if e, ok := errors.AsType[lessons.Errors](err); ok {
		return fault{a.say("error.course") + "\n" + e.Error(), a.say("error.course-hint"), exitUsage}
	}
	if f, ok := a.explainFiles(err); ok {
		return f
	}
	if e, ok := errors.AsType[*host.PlanError](err); ok {
		hint := strings.Join(append([]string{e.Hint(string(a.lang))}, e.Commands...), "\n  ")
		return fault{e.Say(string(a.lang)), hint, exitEngine}
	}
	if e, ok := errors.AsType[*host.StepError](err); ok {
		text := strings.Join(append([]string{e.Say(string(a.lang))}, e.Lines...), "\n  ")
		return fault{text, e.Hint(string(a.lang)), exitEngine}
	}
	if e, ok := errors.AsType[*usageError](err); ok {
		return fault{e.Error(), a.say("error.usage-hint"), exitUsage}
	}
	if e, ok := errors.AsType[*outputError](err); ok {
		return fault{a.say("error.output", "Why", unpathed(e.err)), a.say("error.output-hint"), exitUsage}
	}
	return fault{err.Error(), "", exitUsage}
}

// explainFiles explains what went wrong with the learner's folder and journal.
func (a *app) explainFiles(err error) (fault, bool) {
	if e, ok := errors.AsType[*learner.WriteError](err); ok {
		if e.Full() {
			return fault{a.say("error.full", "Path", e.Path), a.say("error.full-hint"), exitUsage}, true
		}
		return fault{a.say("error.write", "Path", e.Path, "Why", unpathed(e.Err)), a.say("error.write-hint"), exitUsage}, true
	}
	if e, ok := errors.AsType[*learner.ReadError](err); ok {
		return fault{a.say("error.read", "Path", e.Path, "Why", unpathed(e.Err)), a.say("error.read-hint"), exitUsage}, true
	}
	if e, ok := errors.AsType[*learner.BusyError](err); ok {
		return fault{a.say("error.busy", "Lesson", e.Lesson), a.say("error.busy-hint"), exitUsage}, true
	}
	if e, ok := errors.AsType[*learner.WorkspaceError](err); ok {
		hint := a.say("error.workspace-hint")
		if e.Reason == learner.WorkspaceIsGone {
			hint = a.say("error.workspace-gone-hint")
		}
		return fault{a.say("error.workspace-"+e.Reason, "Path", e.Path, "Target", e.Target), hint, exitUsage}, true
	}
	if e, ok := errors.AsType[*learner.BaselineError](err); ok {
		return fault{a.say("error.baseline", "Path", e.Path, "Why", e.Err), a.say("error.baseline-hint"), exitUsage}, true
	}
	return fault{}, false
}

// unpathed is an error of the system without the path that a sentence names
// already.
func unpathed(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}

// explainEngine says why the engine can't be used, and what to do about it.
func (a *app) explainEngine(e *engine.Error) fault {
	detail := e.Error()
	if e.Err != nil {
		detail = e.Err.Error()
	}
	kind, hint := string(e.Kind), "doctor"
	if e.Kind == engine.NotFound && !strings.HasPrefix(e.Endpoint.Host, "unix://") {
		kind = "no-host" // it was no socket that was looked for
	}
	switch e.Kind {
	case engine.NotFound, engine.Refused:
		hint = "start"
	case engine.Permission:
		hint = "permission"
	case engine.Timeout, engine.Truncated, engine.API:
		hint = "again"
	case engine.NoImage:
		hint = "prepare"
	default: // TLS, TooOld, Config, Canceled: doctor looks closer
	}
	return fault{
		text: a.say("error.engine."+kind, "Host", e.Endpoint.Host, "Context", e.Endpoint.Context, "Detail", detail),
		hint: a.say("error.engine.hint." + hint),
		code: exitEngine,
	}
}
