package images

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestMakeErrors holds what can't be made and why, with an apt that fails.
func TestMakeErrors(t *testing.T) {
	bin := func(apt string) string {
		dir := t.TempDir()
		for name, script := range map[string]string{"apt-get": apt, "dpkg-deb": "exit 1"} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	const lists = `case "$*" in *update*) : >"$(dirname "$2")/lists/x_Packages" ;; esac; `
	const resolves = lists + `case "$*" in *--print-uris*) echo "'http://x/busybox-static_1_amd64.deb' busybox-static_1_amd64.deb 100 SHA256:0" ;; `
	for name, row := range map[string]struct {
		ref, platform string
		path          string
		want          PackagesKind
	}{
		"no apt":            {path: t.TempDir(), want: NoApt},
		"no lists":          {path: bin(`echo "E: no network" >&2; exit 100`), want: NoLists},
		"no package":        {path: bin(lists + `case "$*" in *update*) ;; *) echo "E: Unable to locate" >&2; exit 100 ;; esac`), want: NoCandidate},
		"lists of nothing":  {path: bin(`case "$*" in *update*) ;; *) echo "E: Unable to locate" >&2; exit 100 ;; esac`), want: NoLists},
		"nothing to fetch":  {path: bin(lists), want: NoCandidate},
		"nonsense":          {path: bin(lists + `echo "'x' y"`), want: NoCandidate},
		"no download":       {path: bin(resolves + `*download-only*) echo "E: Hash Sum mismatch" >&2; exit 100 ;; esac`), want: NoDownload},
		"package not there": {path: bin(resolves + `esac`), want: BadPackage},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			_, err := make1(t.Context(), "busybox:1.37", "linux/amd64", dir, nil, hostFiles{sources: "/etc/apt", path: row.path})
			if packagesKind(err) != row.want {
				t.Errorf("kind %q, want %q: %v", packagesKind(err), row.want, err)
			}
			if id, _, ok := Message(err); !ok || id != "images.error."+string(row.want) {
				t.Errorf("message %q", id)
			}
			if left, _ := filepath.Glob(filepath.Join(dir, "*.tar*")); left != nil {
				t.Errorf("left %q", left)
			}
		})
	}
	t.Run("unknown image", func(t *testing.T) {
		var unknown *UnknownError
		if _, err := Make(t.Context(), "postgres:18", "", t.TempDir(), nil); !errors.As(err, &unknown) {
			t.Error(err)
		}
	})
	t.Run("platform", func(t *testing.T) {
		var platform *PlatformError
		if _, err := Make(t.Context(), "node:24-alpine", "linux/arm/v7", t.TempDir(), nil); !errors.As(err, &platform) {
			t.Error(err)
		}
	})
	t.Run("canceled", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		start := time.Now()
		_, err := make1(ctx, "busybox:1.37", "linux/amd64", t.TempDir(), nil, hostFiles{sources: "/etc/apt", path: bin("exec sleep 20")})
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 5*time.Second {
			t.Errorf("%v after %s", err, time.Since(start))
		}
	})
}

// TestListsWithoutNetwork: what the machine's own apt finds without a network
// is not taken for its lists once there is one.
func TestListsWithoutNetwork(t *testing.T) {
	t.Parallel()
	dir, sources := t.TempDir(), t.TempDir()
	const nowhere = "deb [trusted=yes] http://127.0.0.1:1/debian stable main\n"
	if err := os.WriteFile(filepath.Join(sources, "sources.list"), []byte(nowhere), 0o644); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time, too
		_, err := make1(t.Context(), "busybox:1.37", "linux/amd64", dir, nil, hostFiles{sources: sources})
		if packagesKind(err) != NoLists {
			t.Errorf("kind %q, want %q: %v", packagesKind(err), NoLists, err)
		}
		if kept, _ := filepath.Glob(filepath.Join(dir, "apt/*/lists.stamp")); kept != nil {
			t.Errorf("the lists are taken for fresh: %q", kept)
		}
	}
	if _, err := make1(t.Context(), "busybox:1.37", "linux/amd64", dir, nil, hostFiles{sources: "/etc/apt"}); err != nil {
		t.Errorf("with the network: %v", err)
	}
	if kept, _ := filepath.Glob(filepath.Join(dir, "apt/*/lists.stamp")); len(kept) != 1 {
		t.Errorf("the lists are not kept: %q", kept)
	}
}

// TestCacheIsSound: the same bytes in another folder; at once the second time;
// made again when the file is damaged; made once by several at the same time.
func TestCacheIsSound(t *testing.T) {
	t.Parallel()
	dir, other := t.TempDir(), t.TempDir()
	first := mustMake(t, dir)
	want := mustSum(t, first)
	if got := mustSum(t, mustMake(t, other)); got != want {
		t.Error("the same packages gave other bytes")
	}
	start := time.Now()
	mustMake(t, dir)
	if took := time.Since(start); took > time.Second {
		t.Errorf("from the cache it took %s", took)
	}
	for name, damage := range map[string]func() error{
		"cut off":   func() error { return os.Truncate(first, 1000) },
		"changed":   func() error { return os.WriteFile(first, []byte("x"), 0o644) },
		"no sum":    func() error { return os.Remove(first + ".sha256") },
		"empty sum": func() error { return os.Truncate(first+".sha256", 0) },
		"gone":      func() error { return os.Remove(first) },
		"litter":    func() error { return os.WriteFile(filepath.Join(dir, "work"), nil, 0o644) },
	} {
		if err := damage(); err != nil {
			t.Fatal(err)
		}
		if got := mustSum(t, mustMake(t, dir)); got != want {
			t.Errorf("%s: the damage stayed", name)
		}
	}
	if err := os.RemoveAll(first); err != nil {
		t.Fatal(err)
	}
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		made int
	)
	for range 4 {
		wg.Go(func() {
			_, err := Make(t.Context(), "busybox:1.37", "linux/amd64", dir, func(e Event) {
				if e.Kind == Composing {
					mu.Lock()
					made++
					mu.Unlock()
				}
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if made != 1 {
		t.Errorf("made %d times by four", made)
	}
}

// TestKilled kills a maker again and again: what is in the cache stays whole,
// and the next one succeeds.
func TestKilled(t *testing.T) {
	t.Parallel()
	if dir := os.Getenv("NARU_TEST_MAKE_IN"); dir != "" {
		mustMake(t, dir)
		return
	}
	dir := t.TempDir()
	for i := range 12 {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilled$")
		cmd.Env = append(os.Environ(), "NARU_TEST_MAKE_IN="+dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		done := make(chan struct{})
		go func() { _ = cmd.Wait(); close(done) }()
		select {
		case <-time.After(time.Duration(i) * 150 * time.Millisecond):
			if err := cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
				t.Fatal(err)
			}
			<-done
		case <-done:
		}
		archives, err := filepath.Glob(filepath.Join(dir, "*.tar.sha256"))
		if err != nil {
			t.Fatal(err)
		}
		for _, sumFile := range archives {
			file := strings.TrimSuffix(sumFile, ".sha256")
			want, err := os.ReadFile(sumFile)
			if err != nil {
				t.Fatal(err)
			}
			if mustSum(t, file)+"\n" != string(want) {
				t.Fatalf("killed after %d ms, the cache has a broken file", i*150)
			}
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
		}
	}
	mustMake(t, dir)
}

func mustMake(t *testing.T, dir string) string {
	t.Helper()
	file, err := Make(t.Context(), "busybox:1.37", "linux/amd64", dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func mustSum(t *testing.T, file string) string {
	t.Helper()
	s, err := sum(file)
	if err != nil {
		t.Fatal(fmt.Errorf("summing %q: %w", file, err))
	}
	return s
}
