package enginetest_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/naru-lab/naru/checker/enginetest"
)

func TestMain(m *testing.M) { os.Exit(enginetest.Run(m)) }

// traces are what an engine could leave behind.
func traces(t *testing.T, socket string) []string {
	t.Helper()
	dir := filepath.Dir(socket)
	found := []string{}
	for _, pattern := range []string{dir, "/sys/fs/cgroup/*/" + filepath.Base(dir), "/sys/fs/cgroup/" + filepath.Base(dir)} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, names...)
	}
	mounts, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(mounts), dir) {
		found = append(found, "a mount")
	}
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range lines {
		if line, err := os.ReadFile(path); err == nil && strings.Contains(string(line), dir) {
			found = append(found, path+": "+strings.ReplaceAll(string(line), "\x00", " "))
		}
	}
	return found
}

// An engine leaves nothing behind, however often it is started, and whatever
// its containers do.
func TestStartLeavesNothing(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	for range 4 {
		var socket string
		t.Run("engine", func(t *testing.T) {
			began := time.Now()
			e := enginetest.Start(t)
			t.Logf("answers after %v", time.Since(began).Round(time.Millisecond))
			socket = e.Socket()
			e.Build(t, enginetest.Busybox(t, "busybox:1.37"))
			e.Docker(t, "run", "-d", "-p", "8080:80", "busybox:1.37", "sh", "-c", "trap '' TERM; while :; do sleep 1; done")
			e.Docker(t, "pause", e.Docker(t, "run", "-d", "busybox:1.37", "sleep", "1000"))
		})
		if left := traces(t, socket); len(left) > 0 {
			t.Errorf("left behind:\n%s", strings.Join(left, "\n"))
		}
	}
}

// When the test's process is killed, its engine goes at once, and its folder
// when the next engine is started.
func TestKilledTest(t *testing.T) {
	if os.Getenv("NARU_TEST_KILLED") != "" {
		e := enginetest.Start(t)
		e.Build(t, enginetest.Busybox(t, "busybox:1.37"))
		e.Docker(t, "pause", e.Docker(t, "run", "-d", "busybox:1.37", "sleep", "1000"))
		fmt.Printf("engine %s %d\n", e.Socket(), e.PID())
		<-t.Context().Done() // never
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestKilledTest$")
	cmd.Env = append(os.Environ(), "NARU_TEST_KILLED=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var socket, pid string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), "engine "); ok {
			socket, pid, _ = strings.Cut(rest, " ")
			break
		}
		t.Log(lines.Text())
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	if socket == "" {
		t.Fatal("the other process started no engine")
	}
	enginetest.Start(t) // sweeps
	if left := traces(t, socket); len(left) > 0 {
		t.Errorf("left behind:\n%s", strings.Join(left, "\n"))
	}
	n, err := strconv.Atoi(pid)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(n, 0); err == nil {
		if state, err := os.ReadFile("/proc/" + pid + "/stat"); err == nil && !strings.Contains(string(state), ") Z ") {
			t.Errorf("dockerd still runs: %s", state)
		}
	}
}

func TestNetwork(t *testing.T) {
	e := enginetest.Shared(t)
	e.Build(t, enginetest.Busybox(t, "busybox:1.37"))
	e.Docker(t, "run", "-d", "-p", "8080:80", "busybox:1.37", "sh", "-c", "mkdir /www; echo here > /www/index.html; httpd -f -p 80 -h /www")
	client := http.Client{Transport: &http.Transport{DialContext: e.Dial, DisableKeepAlives: true}}
	for _, host := range []string{"localhost", "127.0.0.1"} {
		body := ""
		for tick, late := time.NewTicker(50*time.Millisecond), time.After(10*time.Second); body == ""; {
			select {
			case <-late:
				t.Fatal("no answer")
			case <-tick.C:
			}
			res, err := client.Get("http://" + host + ":8080/")
			if err != nil {
				continue
			}
			src, err := io.ReadAll(res.Body)
			_ = res.Body.Close()
			if err != nil {
				t.Fatal(err)
			}
			body = string(src)
		}
		if body != "here\n" {
			t.Errorf("%s: %q", host, body)
		}
	}
	if _, err := net.DialTimeout("tcp", "127.0.0.1:8080", time.Second); err == nil {
		t.Error("the port is published on this machine too, or something else has it")
	}
	out, err := e.Command(t.Context(), "/bin/busybox", "wget", "-q", "-O", "-", "http://127.0.0.1:8080/").Output()
	if err != nil || string(out) != "here\n" {
		t.Errorf("%q, %v", out, err)
	}
	l := e.Listen(t, "127.0.0.1:5000")
	go http.Serve(l, http.NotFoundHandler()) //nolint:errcheck // it ends with the listener
	res, err := client.Get("http://127.0.0.1:5000/")
	if err != nil {
		t.Fatal(err)
	}
	if _ = res.Body.Close(); res.StatusCode != 404 {
		t.Errorf("%v", res)
	}
}

func TestFreezeStopRestart(t *testing.T) {
	e := enginetest.Start(t)
	e.Docker(t, "volume", "create", "kept")
	e.Freeze(t)
	e.Thaw(t)
	e.Docker(t, "volume", "inspect", "kept")
	e.Stop(t)
	if _, err := e.TryDocker(t.Context(), "version"); err == nil {
		t.Error("a stopped engine answers")
	}
	if _, err := e.Dial(t.Context(), "tcp", "127.0.0.1:1"); err == nil {
		t.Error("a stopped engine has a network")
	}
	e.Restart(t)
	e.Kill(t)
	e.Restart(t)
	e.Docker(t, "volume", "inspect", "kept")
	if !strings.Contains(e.Log(1000), "API listen") {
		t.Error("no log")
	}
	e.Freeze(t) // and it ends frozen
}
