package host

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"time"
)

// How long an engine may take to answer once it was started; an init script
// that says it did gets a part of it before the other way is tried.
const (
	startTime  = 60 * time.Second
	scriptTime = 20 * time.Second
	startTick  = 250 * time.Millisecond
)

// Progress is how far a running plan is.
type Progress struct {
	Step    int // from 1
	Of      int
	What    Step
	Command string        // being run; empty while waiting and when done
	Waiting time.Duration // since the engine was started, while it doesn't answer yet
	Done    bool          // the step is done
	Engine  string        // the version that answered, when a start is done
}

// StepError is a step that failed.
type StepError struct {
	Step    Step
	Command string
	Code    int
	Lines   []string // the last lines that it wrote
	Cause   string   // what they tell of: "lock", "network", …; "plain" when nothing
	Err     error    // why it could not be run; nil when it ended with Code
}

// Error words the error in English.
func (e *StepError) Error() string { return e.Say("en") }

// Unwrap is why the command could not be run.
func (e *StepError) Unwrap() error { return e.Err }

// Say words the error in "ko" or "en", without the lines.
func (e *StepError) Say(lang string) string {
	if e.Err != nil && !errors.Is(e.Err, errSilent) {
		return say(lang, "setup.failed.start", map[string]any{"Command": e.Command, "Error": e.Err.Error()})
	}
	if e.Step.starts {
		return say(lang, "setup.failed.engine", map[string]any{"Seconds": int(startTime.Seconds())})
	}
	return say(lang, "setup.failed.code", map[string]any{"Command": e.Command, "Code": e.Code})
}

// Hint says in "ko" or "en" what to do.
func (e *StepError) Hint(lang string) string { return say(lang, "setup.hint."+e.Cause, nil) }

// errSilent: the engine was started and doesn't answer.
var errSilent = errors.New("the engine does not answer")

// Run does what the plan says, step by step, and stops at the first that
// fails: with a *StepError, or the context's error. progress, which may be nil,
// is told how far it is.
func (p *Plan) Run(ctx context.Context, progress func(Progress)) error {
	if progress == nil {
		progress = func(Progress) {}
	}
	if err := p.authorize(ctx); err != nil {
		return err
	}
	var earlier *StepError // of a lenient step
	for i, s := range p.Steps {
		r := runner{p: p, progress: progress, at: Progress{Step: i + 1, Of: len(p.Steps), What: s}}
		err := r.step(ctx, s)
		var failed *StepError
		switch {
		case err == nil:
		case errors.As(err, &failed) && s.lenient:
			earlier = failed
		case errors.As(err, &failed) && earlier != nil:
			failed.Lines = append(earlier.Lines, failed.Lines...)
			failed.Cause = cause(failed.Lines)
			return failed
		default:
			return err
		}
		r.at.Command, r.at.Waiting, r.at.Done = "", 0, true
		r.progress(r.at)
	}
	return nil
}

// authorize lets sudo ask for the password once, before anything is done.
func (p *Plan) authorize(ctx context.Context) error {
	if p.m.UID == 0 || len(p.Steps) == 0 {
		return nil
	}
	argv := []string{"sudo", "-v"}
	if !p.opts.Terminal {
		argv = []string{"sudo", "-n", "true"}
	}
	res, err := p.m.Run(ctx, Command{Argv: argv, Terminal: p.opts.Terminal, Changes: true})
	if err != nil {
		return err
	}
	if res.Code != 0 {
		return &PlanError{ID: "sudo", Values: map[string]any{"User": p.m.User}, Commands: []string{"sudo -v && naru setup"}}
	}
	return nil
}

// runner runs one step.
type runner struct {
	p        *Plan
	progress func(Progress)
	at       Progress
}

func (r *runner) step(ctx context.Context, s Step) error {
	begun := r.p.m.Now()
	err := r.commands(ctx, s, s.Commands)
	limit := startTime
	if len(s.Otherwise) > 0 {
		limit = scriptTime
	}
	if err == nil && s.starts {
		err = r.await(ctx, s, begun, limit)
	}
	if err == nil || len(s.Otherwise) == 0 || ctx.Err() != nil {
		return err
	}
	if err = r.commands(ctx, s, s.Otherwise); err == nil && s.starts {
		err = r.await(ctx, s, begun, startTime)
	}
	return err
}

func (r *runner) commands(ctx context.Context, s Step, actions []Action) error {
	for _, a := range actions {
		r.at.Command, r.at.Waiting = a.String(), 0
		r.progress(r.at)
		res, err := r.p.m.Run(ctx, Command{
			Argv: a.Argv, Stdin: a.Stdin, Terminal: r.p.opts.Terminal, Changes: true,
			Env: []string{"LC_ALL=C.UTF-8"}, // so that cause understands what is written
		})
		if err == nil && res.Code == 0 {
			continue
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		lines := lastLines(res.Stdout+"\n"+res.Stderr, 8)
		return &StepError{Step: plain(s), Command: a.String(), Code: res.Code, Lines: lines, Cause: cause(lines), Err: err}
	}
	return nil
}

// plain is the step for an error of a command rather than of a silent engine.
func plain(s Step) Step {
	s.starts = false
	return s
}

// await waits until the engine answers. It asks through the docker command:
// before the learner's next login only root may open the socket.
func (r *runner) await(ctx context.Context, s Step, begun time.Time, limit time.Duration) error {
	ask := r.p.as("docker", "--host", "unix://"+DefaultSocket, "version", "--format", "{{.Server.Version}}")
	tick := time.NewTicker(startTick)
	defer tick.Stop()
	for {
		asking, cancel := context.WithTimeout(ctx, Bound)
		res, err := r.p.m.Run(asking, Command{Argv: ask.Argv})
		cancel()
		if version := strings.TrimSpace(res.Stdout); err == nil && res.Code == 0 && version != "" {
			r.at.Engine = version
			return nil
		}
		r.at.Command, r.at.Waiting = "", r.p.m.Now().Sub(begun)
		r.progress(r.at)
		if r.at.Waiting >= limit {
			lines := lastLines(r.p.m.engineLog(ctx, r.p.m.initSystem()), 8)
			return &StepError{Step: s, Command: ask.String(), Lines: lines, Cause: cause(lines), Err: errSilent}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// lastLines are the last n lines that say something.
func lastLines(s string, n int) []string {
	var lines []string
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines[max(0, len(lines)-n):]
}

// causes are known by what apt and the engine write: both say no more than
// text, and it only picks a hint.
var causes = []struct {
	id, line string // line is a regular expression
}{
	{"lock", `Could not get lock|Unable to acquire the dpkg frontend lock`},
	{"clock", `not valid yet|is not yet valid`},
	{"space", `No space left on device|don't have enough free space`},
	{"key", `NO_PUBKEY|is not signed|couldn't be verified|Missing key`},
	{"removes", `Packages need to be removed`},
	{"dpkg", `dpkg was interrupted`},
	{"iptables", iptablesLine},
	{"privilege", `(?i)operation not permitted|permission denied`},
	{"network", `Temporary failure resolving|Could not resolve|Could not connect|Unable to connect|Failed to fetch|Connection timed out|Network is unreachable`},
	{"package", `Unable to locate package|has no installation candidate|unmet dependencies`},
}

func cause(lines []string) string {
	all := strings.Join(lines, "\n")
	for _, c := range causes {
		if regexp.MustCompile(c.line).MatchString(all) {
			return c.id
		}
	}
	return "plain"
}
