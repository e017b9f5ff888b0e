package engine_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/checker/enginetest"
)

const errAccess = syscall.EACCES

// connect connects to a host and returns the error's kind, and how long it took.
func connect(t *testing.T, host string) (engine.Kind, time.Duration) {
	t.Helper()
	began := time.Now()
	c, err := engine.Connect(t.Context(), engine.Endpoint{Host: host})
	if err == nil {
		c.Close()
	}
	t.Logf("%v", err)
	return engine.KindOf(err), time.Since(began)
}

func TestNoEngine(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	dir := t.TempDir()
	if kind, _ := connect(t, "unix://"+filepath.Join(dir, "none.sock")); kind != engine.NotFound {
		t.Errorf("no socket: %q", kind)
	}
	dead := filepath.Join(dir, "dead.sock")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: dead})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	_ = l.Close()
	if kind, _ := connect(t, "unix://"+dead); kind != engine.Refused {
		t.Errorf("a socket without an engine: %q", kind)
	}
	plain := filepath.Join(dir, "plain")
	if err := os.WriteFile(plain, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if kind, _ := connect(t, "unix://"+plain); kind != engine.Refused {
		t.Errorf("a file: %q", kind)
	}
	if kind, _ := connect(t, "tcp://127.0.0.1:1"); kind != engine.Refused {
		t.Errorf("a closed port: %q", kind)
	}
	if kind, _ := connect(t, "tcp://no-such-host.invalid:2375"); kind != engine.NotFound && kind != engine.Timeout {
		t.Errorf("no such host: %q", kind)
	}
	if kind, took := connect(t, "ssh://nobody@127.0.0.1:1"); kind == "" || took > 3*time.Second {
		t.Errorf("no ssh there: %q after %v", kind, took)
	}
}

// TestMain's process runs as root, whom no socket refuses: another one asks.
func TestPermission(t *testing.T) {
	if host := os.Getenv("NARU_TEST_CONNECT"); host != "" {
		_, err := engine.Connect(t.Context(), engine.Endpoint{Host: host})
		fmt.Printf("kind=%s\n", engine.KindOf(err))
		return
	}
	e := shared(t)
	if err := os.Chmod(e.Socket(), 0o660); err != nil {
		t.Fatal(err)
	}
	// The test binary lies in a folder that others may not enter.
	self := filepath.Join(filepath.Dir(e.Socket()), "as-other")
	src, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(self, src, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestPermission$")
	cmd.Env = []string{"NARU_TEST_CONNECT=" + e.Host()}
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := cmd.CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("kind=permission\n")) {
		t.Errorf("%v: %s", err, out)
	}
}

func TestFrozenEngine(t *testing.T) {
	e, ctx := enginetest.Start(t), t.Context()
	c := e.Client(t)
	e.Build(t, enginetest.Busybox(t, "busybox:1.37"))
	e.Docker(t, "volume", "create", "frozen")
	e.Docker(t, "create", "--name", "frozen", "busybox:1.37")
	e.Freeze(t)
	defer e.Thaw(t)
	if kind, took := connect(t, e.Host()); kind != engine.Timeout || took > 3*time.Second {
		t.Errorf("connecting: %q after %v", kind, took)
	}
	t.Run("reads", func(t *testing.T) {
		for name, read := range map[string]func() error{
			"container": func() error { _, err := c.Container(ctx, "frozen"); return err },
			"info":      func() error { _, err := c.Info(ctx); return err },
			"snapshot":  func() error { _, err := c.Snapshot(ctx); return err },
			"volume":    func() error { _, err := c.ReadVolume(ctx, "frozen", "/x", 0); return err },
			"image":     func() error { _, err := c.ReadImage(ctx, "busybox:1.37", "/x", 0); return err },
			"events":    func() error { _, err := c.Events(ctx, time.Time{}, time.Now()); return err },
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				began := time.Now()
				if err := read(); engine.KindOf(err) != engine.Timeout || time.Since(began) > 5*time.Second {
					t.Errorf("%v after %v", err, time.Since(began))
				}
			})
		}
	})
}

func TestEngineRestartsInTheMiddle(t *testing.T) {
	e, ctx := enginetest.Start(t), t.Context()
	c := e.Client(t)
	e.Docker(t, "volume", "create", "kept")
	e.Kill(t)
	if _, err := c.Volume(ctx, "kept"); engine.KindOf(err) != engine.Refused {
		t.Errorf("while it is down: %v", err)
	}
	e.Restart(t)
	if v, err := c.Volume(ctx, "kept"); err != nil || v == nil {
		t.Errorf("after it is back: %v, %v", v, err)
	}
}

func TestCanceled(t *testing.T) {
	c := shared(t).Client(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Info(ctx); engine.KindOf(err) != engine.Canceled {
		t.Errorf("%v", err)
	}
	if _, err := engine.Connect(ctx, c.Endpoint()); engine.KindOf(err) != engine.Canceled {
		t.Errorf("%v", err)
	}
}

// fake is an engine that answers a ping, and everything else as told.
func fake(t *testing.T, version string, answer http.HandlerFunc) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/_ping") && version != "" {
			w.Header().Set("Api-Version", version)
			return
		}
		answer(w, r)
	})} // without timeouts: it is the client's that are tested
	go srv.Serve(l) //nolint:errcheck // it ends with the test
	t.Cleanup(func() { _ = srv.Close() })
	return "unix://" + path
}

func TestBrokenAnswers(t *testing.T) {
	hijack := func(w http.ResponseWriter, raw string) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_, _ = io.WriteString(conn, raw) // the client may be gone
			_ = conn.Close()
		}
	}
	tests := map[string]struct {
		answer http.HandlerFunc
		kind   engine.Kind
	}{
		"error":       {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, `{"message":"boom"}`, 500) }, engine.API},
		"empty error": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, engine.API},
		"garbage":     {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>proxy</html>") }, engine.API},
		"other type":  {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `"text"`) }, engine.API},
		"no HTTP":     {func(w http.ResponseWriter, _ *http.Request) { hijack(w, "SSH-2.0-OpenSSH\r\n") }, engine.API},
		"nothing":     {func(w http.ResponseWriter, _ *http.Request) { hijack(w, "") }, engine.Truncated},
		"half a body": {func(w http.ResponseWriter, _ *http.Request) {
			hijack(w, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[{\"Id\"")
		}, engine.Truncated},
		"half a chunk": {func(w http.ResponseWriter, _ *http.Request) {
			hijack(w, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n[{")
		}, engine.Truncated},
		"huge": {func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `[{"Id":"`)
			block := strings.Repeat("x", 1<<20)
			for range 100 {
				if _, err := io.WriteString(w, block); err != nil {
					return
				}
			}
		}, engine.API},
		"slow": {func(w http.ResponseWriter, r *http.Request) {
			tick := time.NewTicker(100 * time.Millisecond)
			defer tick.Stop()
			for {
				select {
				case <-tick.C:
					_, _ = io.WriteString(w, " ")
					w.(http.Flusher).Flush()
				case <-r.Context().Done():
					return
				}
			}
		}, engine.Timeout},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := engine.Connect(t.Context(), engine.Endpoint{Host: fake(t, "1.41", tt.answer)})
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			began := time.Now()
			_, err = c.Containers(t.Context())
			t.Logf("%v", err)
			if kind := engine.KindOf(err); kind != tt.kind || time.Since(began) > 5*time.Second {
				t.Errorf("%q after %v, want %q", kind, time.Since(began), tt.kind)
			}
			if tt.kind == engine.API {
				if _, err := c.Container(t.Context(), "web"); engine.KindOf(err) != engine.API {
					t.Errorf("a container is not there: %v", err)
				}
			}
		})
	}
}

func TestPingAnswers(t *testing.T) {
	for name, tt := range map[string]struct {
		version string
		answer  http.HandlerFunc
		kind    engine.Kind
	}{
		"too old":      {"1.40", http.NotFound, engine.TooOld},
		"oldest":       {"1.41", http.NotFound, ""},
		"newer":        {"1.99", http.NotFound, ""},
		"no engine":    {"", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(200) }, engine.API},
		"other server": {"", http.NotFound, engine.API},
		"error":        {"", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, engine.API},
		"wants TLS":    {"", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(400) }, engine.TLS},
	} {
		if kind, _ := connect(t, fake(t, tt.version, tt.answer)); kind != tt.kind {
			t.Errorf("%s: %q, want %q", name, kind, tt.kind)
		}
	}
}

func TestConnectAsksOnce(t *testing.T) {
	asked := 0
	host := fake(t, "", func(w http.ResponseWriter, _ *http.Request) {
		asked++
		w.Header().Set("Api-Version", "1.45")
	})
	c, err := engine.Connect(t.Context(), engine.Endpoint{Host: host})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Volume(t.Context(), "v"); engine.KindOf(err) != engine.Truncated && engine.KindOf(err) != engine.API {
		t.Errorf("an empty answer: %v", err)
	}
	if asked != 2 {
		t.Errorf("%d requests for connecting and one question", asked)
	}
}

func TestErrorTells(t *testing.T) {
	_, err := engine.Connect(t.Context(), engine.Endpoint{Host: "unix:///none.sock"})
	e, ok := errors.AsType[*engine.Error](err)
	if !ok || e.Endpoint.Host != "unix:///none.sock" || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%#v", err)
	}
}
