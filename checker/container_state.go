package checker

import (
	"bytes"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/naru-lab/naru/checker/engine"
)

// judgeState judges whether a container that is there is in the wanted state,
// and says why it came to another.
func (s *containerSpec) judgeState(v *view, r *verdict, sub Subject, c *engine.Container) {
	want := s.State
	switch {
	case want.name == "present":
		return
	case want.name == "running" && c.Status == "running" && v.restless(c):
		f := r.add(sub, "container.state", Failed, want.String(), c.Status).explain("just-restarted", "Restarts", count(c.Restarts))
		if logs, known := v.logs(c.ID); known && logs != nil {
			f.explain(f.Detail, "Log", orElse(lastLines(logs.Stderr), lastLines(logs.Stdout)))
		}
		return
	case want.name == "running" && c.Status == "running",
		want.name == c.Status && want.name != "exited",
		want.name == "exited" && c.Status == "exited" && (want.code == nil || *want.code == c.ExitCode):
		return
	}
	f := r.add(sub, "container.state", Different, want.String(), showState(c))
	switch c.Status {
	case "running":
		if want.name == "exited" || want.name == "created" {
			f.explain("still-running")
		}
	case "paused":
		f.explain("paused")
	case "created":
		f.Reason = NotRunning
		v.explainNotStarted(f, c)
	case "restarting":
		f.Reason = Failed
		f.Got += " " + count(c.ExitCode)
		f.explain("crash-loop")
		v.explainExit(f, c)
	case "exited", "dead":
		f.Reason = NotRunning
		if c.ExitCode != 0 {
			f.Reason = Failed
		}
		if want.name == "exited" {
			f.Reason = Different
			if c.ExitCode != 0 {
				f.Reason = Failed
			}
		}
		v.explainExit(f, c)
	}
}

// settled is how long a container must run that its restart policy started
// again: the engine itself takes it for well then (moby restartmanager).
const settled = 10 * time.Second

// restless reports whether a container that runs now has ended again and again
// and was started only just now: it runs, for as long as the next fault takes.
func (v *view) restless(c *engine.Container) bool {
	up := v.Taken.Sub(c.StartedAt) // less than nothing: it was started while we looked
	return c.Restarts > 0 && up > -settled && up < settled
}

// explainNotStarted says why a container was made and doesn't run.
func (v *view) explainNotStarted(f *Finding, c *engine.Container) {
	f.explain("created-not-started", "Container", c.Name)
	if c.Error == "" && c.ExitCode == 0 {
		return
	}
	f.Reason = Failed
	f.explain("start-failed", "Error", c.Error, "Container", c.Name)
	if c.ExitCode == 126 || c.ExitCode == 127 {
		v.explainExit(f, c)
		return
	}
	for _, p := range c.Ports {
		if p.HostPort == 0 {
			continue
		}
		v.nearPortHolder(f, c, p)
		if f.Near.Why == nearHoldsPort {
			f.explain("port-taken", "Port", strconv.Itoa(p.HostPort))
			return
		}
	}
}

// explainExit says what an exit code means, and what the container wrote last.
func (v *view) explainExit(f *Finding, c *engine.Container) {
	first := c.Path
	if first == "" && len(whole(c.Entrypoint, c.Command)) > 0 {
		first = whole(c.Entrypoint, c.Command)[0]
	}
	detail := ""
	values := []string{"Code", count(c.ExitCode), "Command", first, "Container", c.Name}
	switch code := c.ExitCode; {
	case c.OOMKilled:
		detail = "oom"
		values = append(values, "Limit", byteSize(c.Memory).String())
	case carriageReturn(c):
		detail = "crlf"
	case code == 0 && f.Detail == "":
		detail = "ended"
	case code == 0:
	case code == 125:
		detail = "exit-125"
	case code == 126:
		detail = "exit-126"
	case code == 127:
		detail = "exit-127"
	case code == 137:
		detail = "exit-137"
		if c.Memory > 0 { // not every engine tells in time that it was for lack of memory
			values = append(values, "Limit", byteSize(c.Memory).String())
		}
	case code == 255 && v.otherArch(c):
		detail = "other-architecture"
	case code == 139:
		detail = "exit-139"
	case code == 143:
		detail = "exit-143"
	case code == 130:
		detail = "exit-130"
	case f.Detail == "":
		detail = "exited"
	}
	logs, known := v.logs(c.ID)
	if !known {
		return
	}
	if logs != nil {
		if log := lastLines(logs.Stderr); log != "" {
			values = append(values, "Log", log)
		} else if log := lastLines(logs.Stdout); log != "" {
			values = append(values, "Log", log)
		}
		detail = crlfInLog(detail, logs.Stderr)
	}
	if f.Detail == "crash-loop" && detail == "" {
		detail = "crash-loop"
	}
	if detail != "oom" && c.ExitCode != 0 {
		script, fault := v.scriptFault(c)
		if script != "" && fault != "" || detail == "crlf" {
			detail = orElse(fault, detail)
			values = append(values, "Script", script)
		}
	}
	f.explain(orElse(detail, f.Detail), values...)
}

// otherArch reports whether a container's image is for other machines than the
// engine's.
func (v *view) otherArch(c *engine.Container) bool {
	i, known := v.image(c.ImageID)
	info, infoKnown := v.engine()
	return known && infoKnown && i != nil && i.Arch != "" && info.Arch != "" && goArch(i.Arch) != goArch(info.Arch)
}

// carriageReturn reports whether a container's start failed on a Windows line
// ending: the carriage return stands in the name of what was not found.
func carriageReturn(c *engine.Container) bool {
	return c.ExitCode != 0 && (strings.Contains(c.Error, "\r") || strings.Contains(c.Path, "\r") ||
		slices.ContainsFunc(c.Args, func(a string) bool { return strings.HasSuffix(a, "\r") }))
}

// crlfInLog recognizes what shells and env print of a script that ends its
// lines with CRLF: the carriage return itself stands in the message.
func crlfInLog(detail, stderr string) string {
	for line := range strings.Lines(stderr) {
		line = strings.TrimRight(line, "\r\n") // every line of a TTY's log ends so
		if strings.Contains(line, "\r") || strings.Contains(line, `\r`) || strings.Contains(line, "^M") {
			return "crlf"
		}
	}
	return detail
}

// scriptFault reads the script that a container runs, and says what keeps
// Linux from running it: CRLF makes the kernel look for "/bin/sh\r", and what
// the engine then says is that the script itself is not there.
func (v *view) scriptFault(c *engine.Container) (script, fault string) {
	line := whole(c.Entrypoint, c.Command)
	for n, word := range line {
		word = strings.TrimRight(word, "\r")
		if !strings.HasSuffix(word, ".sh") && (n > 0 || !path.IsAbs(word)) {
			continue
		}
		if strings.ContainsAny(word, " ;&|") {
			continue // a line for a shell
		}
		file, known := v.path("container:"+c.Name, inside(c, word))
		if !known || file == nil || file.Type != "file" || bytes.IndexByte(file.Content[:min(len(file.Content), 512)], 0) >= 0 {
			continue
		}
		if bytes.Contains(file.Content, []byte("\r\n")) {
			return word, "crlf"
		}
		if n == 0 && len(file.Content) > 0 && file.Mode&0o111 != 0 && !bytes.HasPrefix(file.Content, []byte("#!")) {
			return word, "no-shebang"
		}
	}
	return "", ""
}

// inside is a path in a container as its process sees it.
func inside(c *engine.Container, p string) string {
	if path.IsAbs(p) {
		return path.Clean(p)
	}
	return path.Join("/", c.WorkingDir, p)
}

func orElse(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// judgeLife judges health, restarts and the like.
func (s *containerSpec) judgeLife(v *view, r *verdict, sub Subject, c *engine.Container) {
	if s.Health != "" {
		have := orElse(c.Health, "none")
		if have != s.Health {
			f := r.add(sub, "container.health", Different, s.Health, have)
			switch {
			case have == "none":
				f.explain("no-healthcheck")
			case have == "starting":
				f.explain("health-starting")
			case c.HealthLog != "":
				f.explain("health-log", "Log", lastLines(c.HealthLog))
			}
		}
	}
	r.flag(sub, "container.oom_killed", s.OOMKilled, c.OOMKilled)
	if s.Restarts != nil && c.Restarts < *s.Restarts {
		r.add(sub, "container.restarts", Different, count(*s.Restarts), count(c.Restarts))
	}
	if s.Starts != nil {
		v.judgeStarts(r, sub, *s.Starts, c)
	}
	r.flag(sub, "container.error", s.Error, c.Error != "")
}

// explainGone says of a container that isn't there how it ended, where this
// lesson's events tell.
func (v *view) explainGone(f *Finding) {
	v.explainRemoved(f)
	if f.Near.Why != nearRemoved {
		return
	}
	events, _ := v.events()
	for _, e := range slices.Backward(events) {
		if e.Type != "container" || eventName(e) != f.Subject.Name {
			continue
		}
		if e.Action == "die" || e.Action == "died" {
			code := orElse(e.Attributes["exitCode"], e.Attributes["containerExitCode"])
			f.explain("removed-after", "Code", code)
			// docker rm comes when a person types it; --rm at once.
			// docker rm -f kills first.
			if d := f.Near.Since.Sub(e.Time); d >= 0 && d < time.Second && code != "137" {
				f.Near.Why = nearRemovedSelf
			}
			return
		}
	}
}

// createdAt is when a container was made; zero where there is none.
func createdAt(c *engine.Container) time.Time {
	if c == nil {
		return time.Time{}
	}
	return c.Created
}
