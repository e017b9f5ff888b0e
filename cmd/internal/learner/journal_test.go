package learner_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"github.com/naru-lab/naru/checker"
	"github.com/naru-lab/naru/cmd/internal/learner"
)

func open(t *testing.T) (*learner.Store, string) {
	t.Helper()
	dir := t.TempDir()
	s, err := learner.Open(dirsIn(dir), "naru")
	if err != nil {
		t.Fatal(err)
	}
	return s, filepath.Join(dir, "state", "journal.jsonl")
}

func progress(t *testing.T, s *learner.Store) *learner.Progress {
	t.Helper()
	p, err := s.Progress()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func appendAll(t *testing.T, s *learner.Store, records ...learner.Record) {
	t.Helper()
	if err := s.Append(records...); err != nil {
		t.Fatal(err)
	}
}

func tries(t *testing.T, s *learner.Store) int {
	t.Helper()
	return progress(t, s).Of("volumes").Of("keep").Tries
}

func TestJournalKeepsWhatIsAppended(t *testing.T) {
	s, path := open(t)
	if got := progress(t, s); got.Lesson != "" || len(got.Lessons) != 0 {
		t.Errorf("progress before anything was done: %+v", got)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("reading made a file: %v", err)
	}
	at := time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC)
	evidence := []checker.Evidence{{Kind: "volume", Name: "notes", ID: "1", At: at}}
	appendAll(t, s,
		learner.Record{Time: at, Lesson: "volumes", LessonVersion: "v1", Kind: learner.Started, Session: "s", Engine: "e", Params: map[string]string{"port": "8081"}},
		learner.Record{Time: at, Lesson: "volumes", LessonVersion: "v1", Kind: learner.Passed, Step: "keep", Engine: "e", Evidence: evidence},
	)
	got := progress(t, s).Of("volumes")
	want := &learner.LessonProgress{
		Started: at, Session: "s", Version: "v1", Engine: "e", Params: map[string]string{"port": "8081"}, Touched: at,
		Steps: map[string]*learner.StepProgress{"keep": {
			Passes:  []learner.Pass{{Time: at, Version: "v1", Engine: "e", Evidence: evidence}},
			Answers: map[string]learner.Answer{},
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("progress (-want +got):\n%s", diff)
	}
	for file, perm := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != perm {
			t.Errorf("%s: %v, %v; want %v", file, info.Mode().Perm(), err, perm)
		}
	}
}

// TestJournalPassesOverWhatIsNoRecord damages a journal of three tries in
// every way that a crash, a newer naru or an editor can.
func TestJournalPassesOverWhatIsNoRecord(t *testing.T) {
	s, path := open(t)
	appendAll(t, s, tried(1), tried(2), tried(3))
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(whole, []byte("\n"))
	one := string(lines[0])
	newer := strings.Replace(one, `"v":1`, `"v":2`, 1)
	for name, tt := range map[string]struct {
		file string
		want int // tries, before another one is appended
	}{
		"empty":               {"", 0},
		"whole":               {string(whole), 3},
		"torn last line":      {string(whole[:len(whole)-20]), 2},
		"only the end gone":   {string(whole[:len(whole)-1]), 3},
		"one byte of a line":  {string(whole) + "{", 3},
		"zeros after a crash": {string(whole) + strings.Repeat("\x00", 100), 3},
		"empty lines":         {"\n\n" + string(whole) + "\n\n", 3},
		"not JSON":            {"hello\n" + string(whole), 3},
		"not an object":       {"[1,2]\nnull\n12\n" + string(whole), 3},
		"unknown kind":        {strings.Replace(one, `"tried"`, `"celebrated"`, 1) + one, 1},
		"later format":        {newer + one, 1},
		"field of other type": {strings.Replace(one, `"keep"`, `["keep"]`, 1) + one, 1},
		"unknown field":       {strings.Replace(one, `"v":1`, `"v":1,"mood":"good"`, 1), 1},
		"other course":        {strings.Replace(one, `"naru"`, `"mine"`, 1) + one, 1},
		"line too long":       {`{"v":1,"x":"` + strings.Repeat("x", 1<<20) + "\"}\n" + one, 1},
		"CRLF":                {strings.ReplaceAll(string(whole), "\n", "\r\n"), 3},
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(path, []byte(tt.file), 0o600); err != nil {
				t.Fatal(err)
			}
			if got := tries(t, s); got != tt.want {
				t.Errorf("%d tries, want %d", got, tt.want)
			}
			appendAll(t, s, tried(4))
			if got := tries(t, s); got != tt.want+1 {
				t.Errorf("%d tries after appending, want %d", got, tt.want+1)
			}
			after, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.HasPrefix(after, []byte(tt.file)) {
				t.Error("appending changed what was there")
			}
		})
	}
}

func TestUpdateSeesWhatOthersWrote(t *testing.T) {
	s, _ := open(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				err := s.Update(func(p *learner.Progress) []learner.Record {
					if p.Of("volumes").Of("keep").Passed() {
						return nil
					}
					return []learner.Record{tried(0), {Lesson: "volumes", Step: "keep", Kind: learner.Passed, LessonVersion: "v"}}
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if got := tries(t, s); got != 1 {
		t.Errorf("written %d times, want once", got)
	}
}

// TestDiskFull fills a small file system and appends to the last byte of it.
func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Fatalf("mounting a small file system (the tests run as root): %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Errorf("unmounting %q: %v", dir, err)
		}
	})
	s, err := learner.Open(dirsIn(dir), "naru")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "state", "journal.jsonl")
	var full *learner.WriteError
	kept := 0
	for {
		err := s.Append(tried(kept))
		if err == nil {
			kept++
			continue
		}
		if !errors.As(err, &full) || !full.Full() || full.Path != path {
			t.Fatalf("appending to a full disk: %v (%T)", err, err)
		}
		break
	}
	if kept < 10 {
		t.Fatalf("the disk was full after %d records", kept)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(data) == 0 || data[len(data)-1] != '\n' {
		t.Error("a part of the last record stayed")
	}
	if got := tries(t, s); got != kept {
		t.Errorf("%d records after the disk was full, want %d", got, kept)
	}
	t.Run("baseline", func(t *testing.T) {
		b := learner.NewBaseline("volumes", "s", time.Now(), nil, learner.World{}, nil)
		b.Engine = "e"
		if err := s.SaveBaseline(b); !errors.As(err, &full) || !full.Full() {
			t.Errorf("keeping a baseline: %v", err)
		}
	})
	t.Run("workspace", func(t *testing.T) {
		if _, err := learner.Prepare(s.Dirs(), "volumes", lessonFiles(0)); !errors.As(err, &full) || !full.Full() {
			t.Errorf("preparing a workspace: %v", err)
		}
		left, err := filepath.Glob(filepath.Join(dir, "naru", "volumes", "*", "*"))
		if err != nil || len(left) > 1 {
			t.Errorf("left %q, %v", left, err)
		}
	})
}

func TestJournalThatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	s, err := learner.Open(learner.Dirs{State: filepath.Join(dir, "file", "naru"), Workspaces: dir}, "naru")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var werr *learner.WriteError
	if err := s.Append(tried(0)); !errors.As(err, &werr) || werr.Full() {
		t.Errorf("appending: %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	for _, tt := range []struct {
		dirs   learner.Dirs
		course string
	}{
		{learner.Dirs{State: "state", Workspaces: "/w"}, "naru"},
		{learner.Dirs{State: "/s", Workspaces: "w"}, "naru"},
		{dirsIn("/x"), ""},
		{dirsIn("/x"), ".."},
		{dirsIn("/x"), "a/b"},
	} {
		if _, err := learner.Open(tt.dirs, tt.course); err == nil {
			t.Errorf("Open(%+v, %q) passed", tt.dirs, tt.course)
		}
	}
}

func TestDirsFrom(t *testing.T) {
	for _, tt := range []struct {
		env  map[string]string
		want learner.Dirs
	}{
		{nil, learner.Dirs{State: "/home/a/.local/state/naru", Workspaces: "/home/a/naru"}},
		{map[string]string{"XDG_STATE_HOME": "/s", "NARU_WORKSPACE": "/w/x/"}, learner.Dirs{State: "/s/naru", Workspaces: "/w/x"}},
		{map[string]string{"XDG_STATE_HOME": "s"}, learner.Dirs{State: "/home/a/.local/state/naru", Workspaces: "/home/a/naru"}},
	} {
		got := learner.DirsFrom(func(k string) string { return tt.env[k] }, "/home/a")
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", tt.env, diff)
		}
	}
}

func TestLock(t *testing.T) {
	s, _ := open(t)
	unlock, err := s.Lock(t.Context(), "volumes")
	if err != nil {
		t.Fatal(err)
	}
	other, err := s.Lock(t.Context(), "containers")
	if err != nil {
		t.Fatalf("another lesson's lock: %v", err)
	}
	other()
	s.WaitFor(50 * time.Millisecond)
	var busy *learner.BusyError
	if _, err := s.Lock(t.Context(), "volumes"); !errors.As(err, &busy) || busy.Lesson != "volumes" {
		t.Errorf("a lock that is held: %v", err)
	}
	s.WaitFor(5 * time.Second)
	done := make(chan error, 1)
	go func() {
		again, err := s.Lock(t.Context(), "volumes")
		if err == nil {
			again()
		}
		done <- err
	}()
	unlock()
	unlock()
	if err := <-done; err != nil {
		t.Errorf("a lock that was let go: %v", err)
	}
}

func ExampleWriteError() {
	err := error(&learner.WriteError{Path: "/home/a/.local/state/naru/journal.jsonl", Err: unix.ENOSPC})
	fmt.Println(err)
	// Output: writing "/home/a/.local/state/naru/journal.jsonl": no space left on device
}
