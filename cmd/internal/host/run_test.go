package host_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/naru-lab/naru/cmd/internal/host"
)

const (
	aptUpdate  = "sudo env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 update"
	aptInstall = "sudo env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends --no-remove docker.io iptables ca-certificates docker-cli docker-compose docker-buildx"
	askVersion = "sudo docker --host unix:///var/run/docker.sock version --format {{.Server.Version}}"
	alone      = "sudo sh -c setsid dockerd --pidfile /var/run/docker.pid >>/var/log/dockerd.log 2>&1 </dev/null &"
)

// planned makes a fake machine's plan, and forgets what was run to make it.
func planned(t *testing.T, name string, change func(*fake, *host.Machine)) (*fake, *host.Plan) {
	t.Helper()
	f, m := load(t, name)
	if f.Commands == nil {
		f.Commands = map[string]fakeCommand{}
	}
	f.Commands[askVersion] = fakeCommand{Out: "26.1.5\n"}
	if change != nil {
		change(f, &m)
	}
	plan, err := host.PlanSetup(t.Context(), m, f.Options)
	if err != nil {
		t.Fatal(err)
	}
	f.ran = nil
	return f, plan
}

func TestRunInOrder(t *testing.T) {
	f, plan := planned(t, "debian13-fresh", nil)
	var done []string
	err := plan.Run(t.Context(), func(p host.Progress) {
		if p.Done {
			done = append(done, strings.TrimSpace(p.What.ID+" "+p.Engine))
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"sudo -n true", aptUpdate, aptInstall, "sudo systemctl enable --now docker", askVersion, "sudo usermod -aG docker mina",
	}
	if d := cmp.Diff(want, f.ran); d != "" {
		t.Errorf("commands (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"update", "install", "start-systemd 26.1.5", "group"}, done); d != "" {
		t.Errorf("steps (-want +got):\n%s", d)
	}
}

func TestRunFailing(t *testing.T) {
	lock := "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 1234 (apt)\n"
	tests := []struct {
		name     string
		machine  string
		commands map[string]fakeCommand
		step     string
		cause    string
	}{
		{"lock", "debian13-fresh", map[string]fakeCommand{aptInstall: {Err: lock, Code: 100}}, "install", "lock"},
		{"no package", "debian13-fresh", map[string]fakeCommand{aptInstall: {Err: "E: Unable to locate package docker.io\n", Code: 100}}, "install", "package"},
		{"update tells why", "debian13-fresh", map[string]fakeCommand{
			aptUpdate:  {Err: "Err:1 http://deb.debian.example trixie InRelease\n  Temporary failure resolving 'deb.debian.example'\n", Code: 100},
			aptInstall: {Err: "E: Package 'docker.io' has no installation candidate\n", Code: 100},
		}, "install", "network"},
		{"removal", "debian13-fresh", map[string]fakeCommand{aptInstall: {Err: "E: Packages need to be removed but remove is disabled.\n", Code: 100}}, "install", "removes"},
		{"unknown words", "debian13-fresh", map[string]fakeCommand{aptInstall: {Err: "?\n", Code: 1}}, "install", "plain"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, plan := planned(t, tt.machine, func(f *fake, _ *host.Machine) {
				for line, r := range tt.commands {
					f.Commands[line] = r
				}
			})
			failed, ok := errors.AsType[*host.StepError](plan.Run(t.Context(), nil))
			if !ok {
				t.Fatal("no StepError")
			}
			if failed.Step.ID != tt.step || failed.Cause != tt.cause || len(failed.Lines) == 0 {
				t.Errorf("got step %q, cause %q, lines %q", failed.Step.ID, failed.Cause, failed.Lines)
			}
			for _, lang := range []string{"ko", "en"} {
				for _, s := range []string{failed.Say(lang), failed.Hint(lang)} {
					if strings.HasPrefix(s, "setup.") {
						t.Errorf("no text for %s", s)
					}
				}
			}
		})
	}
}

// A broken list of packages doesn't matter as long as the packages come.
func TestRunLenientUpdate(t *testing.T) {
	_, plan := planned(t, "debian13-fresh", func(f *fake, _ *host.Machine) {
		f.Commands[aptUpdate] = fakeCommand{Err: "E: The repository 'http://ppa.example' is not signed.\n", Code: 100}
	})
	if err := plan.Run(t.Context(), nil); err != nil {
		t.Error(err)
	}
}

// Where the init script fails, the engine is started by itself.
func TestRunOtherwise(t *testing.T) {
	f, plan := planned(t, "wsl2-down", func(f *fake, _ *host.Machine) {
		f.Commands["sudo service docker start"] = fakeCommand{Err: "ulimit: error setting limit\n", Code: 1}
	})
	if err := plan.Run(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	want := []string{"sudo -n true", "sudo service docker start", alone, askVersion}
	if d := cmp.Diff(want, f.ran); d != "" {
		t.Errorf("commands (-want +got):\n%s", d)
	}
}

// An engine that never answers is given up after a minute, with its log.
func TestRunSilentEngine(t *testing.T) {
	_, plan := planned(t, "iptables", func(f *fake, m *host.Machine) {
		delete(f.Commands, askVersion)
		f.Commands[askVersion] = fakeCommand{Code: 1}
		at := now
		m.Now = func() time.Time { at = at.Add(10 * time.Second); return at }
	})
	var waited time.Duration
	err := plan.Run(t.Context(), func(p host.Progress) { waited = max(waited, p.Waiting) })
	failed, ok := errors.AsType[*host.StepError](err)
	if !ok {
		t.Fatalf("got %v", err)
	}
	if failed.Cause != "iptables" || len(failed.Lines) != 2 {
		t.Errorf("cause %q, lines %q", failed.Cause, failed.Lines)
	}
	if waited < time.Minute || waited > 80*time.Second {
		t.Errorf("waited %v", waited)
	}
}

func TestRunWithoutPassword(t *testing.T) {
	f, plan := planned(t, "debian13-fresh", func(f *fake, _ *host.Machine) {
		f.Commands["sudo -n true"] = fakeCommand{Err: "sudo: a password is required\n", Code: 1}
	})
	refused, ok := errors.AsType[*host.PlanError](plan.Run(t.Context(), nil))
	if !ok || refused.ID != "sudo" || len(f.ran) != 1 {
		t.Errorf("got %v after %q", refused, f.ran)
	}
}

func TestRunCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	_, plan := planned(t, "debian13-fresh", func(f *fake, _ *host.Machine) {
		f.Commands[aptInstall] = fakeCommand{Hang: true}
	})
	err := plan.Run(ctx, func(p host.Progress) {
		if p.Command == aptInstall {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// Whatever hangs, looking ends.
func TestNothingHangs(t *testing.T) {
	f, m := load(t, "debian13-fine")
	for line := range f.Commands {
		f.Commands[line] = fakeCommand{Hang: true}
	}
	for _, e := range f.Engines {
		e.Hang = true
	}
	begun := time.Now()
	findings := host.Diagnose(t.Context(), m, host.Ask{})
	if took := time.Since(begun); took > 2*host.Bound {
		t.Errorf("took %v", took)
	}
	// A command that hangs is not one that is missing.
	if len(findings) == 0 || findings[0].ID != "engine-frozen" || host.Worst(findings[1:]) == host.Blocks {
		t.Errorf("findings %v", findings)
	}
}
