package main

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/naru-lab/naru/checker/enginetest"
)

// nobody is a user who may not use the engine's socket.
const nobody = 65534

// shortDir is a folder for a socket, whose path has at most 107 bytes.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "naru-s-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// TestEngineFaults has an engine fail in every way there is while a learner
// who has got somewhere goes on. Each is exit code 3 with a sentence that says
// what to do, in time, and takes nothing from the learner.
func TestEngineFaults(t *testing.T) {
	e := loaded(t)
	doKeep(t, e)
	t.Run("while it runs", func(t *testing.T) {
		t.Run("host", func(t *testing.T) { testHosts(t, e) })
		t.Run("answer", func(t *testing.T) { testAnswers(t, e) })
		t.Run("permission", func(t *testing.T) { testPermission(t, e) })
		t.Run("change", func(t *testing.T) { testChanges(t, e) })
		t.Run("at once", func(t *testing.T) { testAtOnce(t, e) })
	})
	t.Run("frozen", func(t *testing.T) { testFrozen(t, e) })
	t.Run("restarted", func(t *testing.T) { testRestarted(t, e) })
}

// testHosts has settings that lead to no engine.
func testHosts(t *testing.T, e *enginetest.Engine) {
	t.Parallel()
	dead := filepath.Join(shortDir(t), "dead.sock")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: dead})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	p := played(t, e.Host())
	before := p.records(t)
	for _, tt := range []struct {
		name, host, context string
		want, korean        string
	}{
		{"no socket", "unix:///none.sock", "", "no Docker Engine at unix:///none.sock: there is no such socket", "소켓"},
		{"no listener", "unix://" + dead, "", "no Docker Engine answers at unix://" + dead, "답하는"},
		{"a file", "unix:///etc/passwd", "", "no Docker Engine answers at unix:///etc/passwd", "답하는"},
		{"a closed port", "tcp://127.0.0.1:1", "", "no Docker Engine answers at tcp://127.0.0.1:1", "답하는"},
		{"no such context", "", "production", "the docker command's configuration can't be used", "설정"},
		{"no such host", "banana.invalid", "", "no Docker Engine at tcp://banana.invalid:2375: there is no host of that name", "컴퓨터"},
		{"an unknown scheme", "http+unix://x", "", "the docker command's configuration can't be used", "설정"},
		{"a port that is none", "tcp://127.0.0.1:docker", "", "the docker command's configuration can't be used", "설정"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p.env["DOCKER_HOST"], p.env["DOCKER_CONTEXT"] = tt.host, tt.context
			p.run(t, "check", "volumes/keep").want(t, 3, tt.want)
			p.run(t, "check", "--json", "volumes/keep").want(t, 3, tt.want)
			p.run(t, "reset", "--yes", "volumes").want(t, 3, tt.want)
			p.run(t, "--lang", "ko", "check", "volumes/keep").want(t, 3, tt.korean)
			p.run(t, "start", "volumes").want(t, 0, tt.want) // it can be got on with
			p.unharmed(t, before)
		})
	}
}

// testAnswers has an engine give answers that are none.
func testAnswers(t *testing.T, e *enginetest.Engine) {
	const (
		failed    = "answered with an error"
		broken    = "broke off in the middle of an answer"
		late      = "does not answer in time"
		anyList   = `GET .*/(containers|volumes|images|networks|info|events)`
		all       = `.`
		someError = "naru: "
	)
	for _, tt := range []struct {
		name, path string
		bad        misbehave
		want       string
	}{
		{"error 500", anyList, fails, "the disk is on fire"},
		{"error 500 to all", all, fails, failed},
		{"truncated", anyList, truncates, broken},
		{"truncated to all", `GET|POST`, truncates, broken},
		{"no JSON", anyList, answers("<html>captive portal</html>"), failed},
		{"no JSON to all", all, answers("<html>captive portal</html>"), failed},
		{"another JSON", anyList, answers(`"yes"`), failed},
		{"binary", anyList, answers("\x00\xff\x1b[2J"), failed},
		{"a drip", anyList, drips, late},
		{"a drip to all", all, drips, failed}, // of no API version is known at once
		{"no answer", anyList, hangs, late},
		{"no answer to all", all, hangs, late},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := played(t, e.Host())
			before := p.records(t)
			p.env["DOCKER_HOST"] = proxied(t, e.Socket(), tt.path, tt.bad)
			p.run(t, "check", "volumes/keep").want(t, 3, tt.want)
			p.run(t, "reset", "--yes", "volumes").want(t, 3, tt.want)
			if out := p.run(t, "--lang", "ko", "check", "volumes/keep"); out.code != 3 || !strings.Contains(out.stderr, "Docker Engine") {
				t.Errorf("in Korean: %+v", out)
			}
			p.run(t, "start", "volumes").want(t, 0, "")
			p.unharmed(t, before)
		})
	}
	for name, raw := range map[string]string{
		"another protocol": "SSH-2.0-OpenSSH_9.2p1\r\n", "nothing": "", "noise": "\x16\x03\x01\x00\x00\xff\xfe\x00\x1b]0;x\x07",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := played(t, e.Host())
			before := p.records(t)
			p.env["DOCKER_HOST"] = serveRaw(t, raw)
			out := p.run(t, "check", "volumes/keep")
			out.want(t, 3, someError)
			if strings.ContainsAny(out.stderr, "\x00\x1b\x07") {
				t.Errorf("what the engine sent reaches the terminal: %q", out.stderr)
			}
			p.unharmed(t, before)
		})
	}
}

// testChanges has an engine fail while reset removes things.
func testChanges(t *testing.T, e *enginetest.Engine) {
	for name, tt := range map[string]struct {
		bad  misbehave
		want string
	}{
		"error 500": {fails, "the disk is on fire"},
		"truncated": {truncates, "broke off"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := played(t, e.Host())
			before := p.records(t)
			e.Docker(t, "volume", "create", "scrap-"+strings.ReplaceAll(name, " ", "-"))
			p.env["DOCKER_HOST"] = proxied(t, e.Socket(), `DELETE`, tt.bad)
			p.run(t, "reset", "--yes", "volumes").want(t, 3, tt.want)
			p.unharmed(t, before)
		})
	}
}

// testPermission is a user who is not in the group of the socket.
func testPermission(t *testing.T, e *enginetest.Engine) {
	if err := os.Chmod(e.Socket(), 0o660); err != nil {
		t.Fatal(err)
	}
	p := played(t, e.Host())
	before := p.records(t)
	p.is(t, nobody)
	const want = "you have no permission to use the Docker Engine at"
	p.run(t, "check", "volumes/keep").want(t, 3, want)
	p.run(t, "check", "volumes/keep").want(t, 3, "usermod -aG docker")
	p.run(t, "reset", "--yes", "volumes").want(t, 3, want)
	p.run(t, "--lang", "ko", "check", "volumes/keep").want(t, 3, "권한")
	p.unharmed(t, before)
}

// testAtOnce has twenty runs of naru use the same progress at once. All that
// they were told is kept.
func testAtOnce(t *testing.T, e *enginetest.Engine) {
	p := played(t, e.Host())
	before := p.records(t)
	const runs = 20
	var all sync.WaitGroup
	outs := make([]said, runs)
	for i := range runs {
		// "lose" isn't done: each check of it is a try.
		args := [][]string{{"check", "volumes/lose"}, {"next", "volumes/share"}, {"hint", "volumes/share"}, {"check", "volumes/lose"}}[i%4]
		cmd := p.command(t, args...)
		all.Go(func() { outs[i] = finish(t, cmd) })
	}
	all.Wait()
	tries := 0
	for i, out := range outs {
		want := []int{1, 0, 0, 1}[i%4]
		if out.code != want {
			t.Errorf("run %d: code %d, want %d\n%s%s", i, out.code, want, out.stdout, out.stderr)
		}
		tries += want
	}
	p.unharmed(t, before)
	if got := p.status(t).tries("lose"); got != tries {
		t.Errorf("%d tries are recorded, %d were made", got, tries)
	}
}

// testFrozen has an engine that takes connections and answers nothing.
func testFrozen(t *testing.T, e *enginetest.Engine) {
	p := played(t, e.Host())
	before := p.records(t)
	e.Freeze(t)
	defer e.Thaw(t)
	const want = "does not answer in time"
	p.run(t, "check", "volumes/keep").want(t, 3, want)
	p.run(t, "reset", "--yes", "volumes").want(t, 3, want)
	p.run(t, "prepare", "volumes").want(t, 3, want)
	p.run(t, "--lang", "ko", "check", "volumes/keep").want(t, 3, "제때")
	p.run(t, "start", "volumes").want(t, 0, want)
	p.run(t, "learn", "volumes/keep").want(t, 3, want)
	if out := p.run(t, "doctor"); out.code == 0 {
		t.Errorf("doctor finds nothing: %s", out.stdout)
	}
	// Who gives up while it is waited for is let go at once.
	cmd := p.command(t, "check", "volumes/keep")
	stop := time.AfterFunc(500*time.Millisecond, func() { _ = cmd.Process.Signal(syscall.SIGINT) })
	defer stop.Stop()
	if out := finish(t, cmd); out.took > 1800*time.Millisecond || out.code == 0 || out.code == 3 {
		t.Errorf("called off: code %d after %v: %s", out.code, out.took, out.stderr)
	}
	p.unharmed(t, before)
	e.Thaw(t)
	p.ok(t, "check", "volumes/keep")

	// It freezes while reset waits for a removal.
	e.Docker(t, "volume", "create", "scrap")
	p.env["DOCKER_HOST"] = proxied(t, e.Socket(), `DELETE`, func(w http.ResponseWriter, r *http.Request) {
		e.Freeze(t)
		hangs(w, r)
	})
	p.run(t, "reset", "--yes", "volumes").want(t, 3, want)
	p.unharmed(t, before)
	e.Thaw(t)
	p.env["DOCKER_HOST"] = e.Host()
	p.ok(t, "reset", "--yes", "volumes")
}

// testRestarted has the engine end and come back while naru checks again and
// again. Each check is a verdict or a reason why there is none.
func testRestarted(t *testing.T, e *enginetest.Engine) {
	p := played(t, e.Host())
	before := p.records(t)
	done := make(chan struct{})
	codes := map[int]int{}
	cmds := make(chan said)
	go func() {
		defer close(cmds)
		for {
			select {
			case <-done:
				return
			case cmds <- finish(t, p.command(t, "check", "volumes/keep")):
			}
		}
	}()
	var last said
	restart := sync.OnceFunc(func() {
		go func() {
			defer close(done)
			e.Kill(t)
			e.Restart(t)
			e.Stop(t)
			e.Restart(t)
		}()
	})
	for out := range cmds {
		restart()
		codes[out.code]++
		last = out
		if out.code == 3 && !strings.Contains(out.stderr, "Docker Engine") || out.code != 3 && out.code != 0 {
			t.Errorf("code %d: %s%s", out.code, out.stdout, out.stderr)
		}
	}
	t.Logf("codes: %v; last: %s", codes, last.stderr)
	if codes[3] == 0 {
		t.Error("no check met the engine while it was down")
	}
	p.unharmed(t, before)
	p.ok(t, "check", "volumes/keep")
}
