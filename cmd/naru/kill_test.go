package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/checker/enginetest"
)

// Kills in all: each engine has one learner, whose rounds kill four verbs.
const (
	killEngines = 2
	killRounds  = 25
)

// TestKilled kills naru 200 times at random moments of start, check, next and
// reset, on real engines. After each kill everything recorded is there and all
// files are whole, and after each round reset restores the baseline.
func TestKilled(t *testing.T) {
	for i := range killEngines {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			e := loaded(t)
			e.Docker(t, "volume", "create", "note") // the learner's own, though the lesson's name
			v := &victim{person: newPerson(t, e.Host()), engine: e, client: e.Client(t)}
			baseline := v.snapshot(t)
			for n := range killRounds {
				v.round(t, n)
				if diff := cmp.Diff(baseline, v.snapshot(t)); diff != "" {
					t.Fatalf("reset does not restore the baseline (-before +after):\n%s", diff)
				}
			}
			t.Logf("%d kills; %d came after the end, %d left a probe; journal of %d records", v.kills, v.late, v.probes, strings.Count(v.records(t), "\n"))
		})
	}
}

// victim is a learner whose naru is killed again and again.
type victim struct {
	*person
	engine *enginetest.Engine
	client *engine.Client
	kept   string // what the journal held when it was last looked at
	probes int    // kills that left a probe
	kills  int
	late   int // kills that came after the process had ended by itself
}

// round plays a lesson whose every verb is killed once.
func (v *victim) round(t *testing.T, n int) {
	t.Helper()
	v.kill(t, "start", "volumes")
	v.ok(t, "start", "volumes")
	doKeep(t, v.engine)
	if n%2 == 0 { // nothing mounts this volume: a check makes a container to read it through
		v.engine.Docker(t, "volume", "create", "gallery")
		v.kill(t, "check", "volumes/own")
		v.orphans(t)
	} else {
		v.kill(t, "check", "volumes/keep")
	}
	v.ok(t, "check", "volumes/keep") // acknowledged: from now on it is passed
	v.acknowledged(t)
	v.kill(t, "next", "volumes/survive")
	v.acknowledged(t)
	v.kill(t, "reset", "--yes", "volumes")
	v.ok(t, "reset", "--yes", "volumes")
	if s := v.status(t); s.Started || s.passed("keep") {
		t.Errorf("the lesson is reset, and yet: %+v", s)
	}
	v.whole(t)
}

// acknowledged checks that the pass that naru told of is kept.
func (v *victim) acknowledged(t *testing.T) {
	t.Helper()
	if s := v.status(t); !s.Started || !s.passed("keep") {
		t.Errorf("a pass that was told of is lost: %+v", s)
	}
}

// kill runs a command line and kills it at a random moment of its usual time.
func (v *victim) kill(t *testing.T, args ...string) {
	t.Helper()
	cmd := v.command(t, args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	longest := map[string]int{"start": 80, "check": 60, "next": 30, "reset": 200}[args[0]] // ms
	moment := time.Duration(rand.IntN(longest*1000)) * time.Microsecond
	timer := time.AfterFunc(moment, func() { _ = cmd.Process.Kill() })
	err := cmd.Wait()
	timer.Stop()
	v.kills++
	if ended, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || !ended.Signaled() {
		v.late++
		if code := cmd.ProcessState.ExitCode(); code > 1 {
			t.Errorf("naru %s: %v", strings.Join(args, " "), err)
		}
	}
	v.whole(t)
}

// whole checks what must hold after a kill, whatever it hit.
func (v *victim) whole(t *testing.T) {
	t.Helper()
	v.status(t)
	v.wholeJournal(t)
	v.wholeWorkspace(t)
}

// wholeJournal checks that the journal has lost nothing and that every line of
// it but a torn last one is a record.
func (v *victim) wholeJournal(t *testing.T) {
	t.Helper()
	data, err := os.ReadFile(v.journal())
	if os.IsNotExist(err) && v.kept == "" {
		return // killed before the first record
	}
	if err != nil {
		t.Fatal(err)
	}
	now := string(data)
	if !strings.HasPrefix(now, v.kept) {
		t.Fatalf("the journal has lost records:\n%s\nit held:\n%s", now, v.kept)
	}
	lines := strings.SplitAfter(now, "\n")
	v.kept = strings.Join(lines[:len(lines)-1], "")
	for _, line := range lines[:len(lines)-1] {
		if !json.Valid([]byte(line)) && strings.TrimSpace(line) != "" {
			t.Logf("a torn line: %q", line) // of a record that nobody was told of
		}
	}
}

// wholeWorkspace checks that each file of the workspace is as the lesson has
// it, or not there yet.
func (v *victim) wholeWorkspace(t *testing.T) {
	t.Helper()
	dir := filepath.Join(v.home, "naru/volumes")
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if os.IsNotExist(err) {
			return nil
		}
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), ".naru-tmp-") {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		got, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		want, err := os.ReadFile(filepath.Join("../../content/090-volumes/files", rel))
		if err != nil {
			return err
		}
		if string(got) != string(want) {
			t.Errorf("%s is not whole: %q", rel, got)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// orphans checks that a container which a killed check read a volume through
// goes with the next check: nobody but its owner can remove it before.
func (v *victim) orphans(t *testing.T) {
	t.Helper()
	const list = "label=io.naru.probe"
	if v.engine.Docker(t, "ps", "-aq", "--filter", list) != "" {
		v.probes++
	}
	if out := v.run(t, "check", "volumes/own"); out.code != 1 {
		t.Errorf("after a kill: %+v", out)
	}
	if left := v.engine.Docker(t, "ps", "-aq", "--filter", list); left != "" {
		t.Errorf("a probe is left: %s", left)
	}
}

// snapshot is what is on the engine, without the time it was looked at.
func (v *victim) snapshot(t *testing.T) *engine.Snapshot {
	t.Helper()
	s, err := v.client.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.Taken = time.Time{}
	return s
}

// TestKilledWithAProbe kills a check just before it removes the container that
// it read a volume through. The next look at the engine removes it.
func TestKilledWithAProbe(t *testing.T) {
	e := loaded(t)
	p := newPerson(t, e.Host())
	p.ok(t, "start", "volumes")
	e.Docker(t, "volume", "create", "gallery")
	var cmd *exec.Cmd
	p.env["DOCKER_HOST"] = proxied(t, e.Socket(), `DELETE .*/containers/`, func(_ http.ResponseWriter, r *http.Request) {
		_ = cmd.Process.Kill()
		<-r.Context().Done()
	})
	cmd = p.command(t, "check", "volumes/own")
	if out := finish(t, cmd); out.code != -1 {
		t.Fatalf("it was not killed: %+v", out)
	}
	v := &victim{person: p, engine: e}
	p.env["DOCKER_HOST"] = e.Host()
	v.orphans(t)
	if v.probes != 1 {
		t.Error("no probe was left")
	}
	p.ok(t, "reset", "--yes", "volumes")
	if left := e.Docker(t, "volume", "ls", "-q"); left != "" {
		t.Errorf("left: %s", left)
	}
}
