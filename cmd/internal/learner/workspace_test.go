package learner_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/naru-lab/naru/cmd/internal/learner"
)

var starting = fstest.MapFS{
	"app.js":          {Data: []byte("console.log(1)\n")},
	"start.sh":        {Data: []byte("#!/bin/sh\n")},
	"site/index.html": {Data: []byte("<h1>hi</h1>\n")},
}

func TestPrepareNeverOverwrites(t *testing.T) {
	outside := t.TempDir()
	write := func(t *testing.T, dir, name, content string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, tt := range map[string]struct {
		before    func(t *testing.T, dir string)
		new, kept []string
		wantErr   bool
	}{
		"fresh": {func(*testing.T, string) {}, []string{"app.js", "site/index.html", "start.sh"}, nil, false},
		"the learner's own": {func(t *testing.T, dir string) {
			write(t, dir, "app.js", "mine")
			write(t, dir, "site/other.html", "mine")
		}, []string{"site/index.html", "start.sh"}, []string{"app.js"}, false},
		"a folder in a file's place": {func(t *testing.T, dir string) {
			write(t, dir, "app.js/x", "mine")
		}, []string{"site/index.html", "start.sh"}, []string{"app.js"}, false},
		"a file in a folder's place": {func(t *testing.T, dir string) {
			write(t, dir, "site", "mine")
		}, []string{"app.js", "start.sh"}, []string{"site/index.html"}, false},
		"a link to nothing": {func(t *testing.T, dir string) {
			if err := os.Symlink(filepath.Join(outside, "new"), filepath.Join(dir, "app.js")); err != nil {
				t.Fatal(err)
			}
		}, []string{"site/index.html", "start.sh"}, []string{"app.js"}, false},
		"a folder that leads out": {func(t *testing.T, dir string) {
			if err := os.Symlink(outside, filepath.Join(dir, "site")); err != nil {
				t.Fatal(err)
			}
		}, nil, nil, true},
		"left by a kill": {func(t *testing.T, dir string) {
			write(t, dir, ".naru-tmp-123", "half")
			write(t, dir, ".naru-tmp-x", "the learner's")
			write(t, dir, ".naru-123", "the learner's")
		}, []string{"app.js", "site/index.html", "start.sh"}, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			dirs := dirsIn(t.TempDir())
			dir := dirs.Workspace("volumes")
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			tt.before(t, dir)
			before := tree(t, dir)
			delete(before, ".naru-tmp-123")
			got, err := learner.Prepare(dirs, "volumes", starting)
			if (err != nil) != tt.wantErr {
				t.Fatalf("error %v, want one: %v", err, tt.wantErr)
			}
			if err == nil {
				want := &learner.Prepared{Dir: dir, New: tt.new, Kept: tt.kept}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("prepared (-want +got):\n%s", diff)
				}
			}
			after := tree(t, dir)
			for path, content := range before {
				if after[path] != content {
					t.Errorf("%s was %q, is %q", path, content, after[path])
				}
			}
			if _, ok := after[".naru-tmp-123"]; ok {
				t.Error("what a kill left is still there")
			}
			if left := tree(t, outside); len(left) > 0 {
				t.Errorf("written outside: %q", left)
			}
		})
	}
}

// tree gives the files under a folder with their content.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if d.Type()&os.ModeSymlink != 0 {
			files[rel], err = os.Readlink(path)
			return err
		}
		data, err := os.ReadFile(path)
		files[rel] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// write makes an empty file, and the folders on the way to it.
func write(path string) error {
	return errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, nil, 0o600))
}

func TestPrepareAgain(t *testing.T) {
	dirs := dirsIn(t.TempDir())
	first, err := learner.Prepare(dirs, "volumes", starting)
	if err != nil {
		t.Fatal(err)
	}
	for path, perm := range map[string]os.FileMode{"app.js": 0o644, "start.sh": 0o755, "site": 0o755} {
		info, err := os.Stat(filepath.Join(first.Dir, path))
		if err != nil || info.Mode().Perm() != perm {
			t.Errorf("%s: %v, %v; want %v", path, info.Mode().Perm(), err, perm)
		}
	}
	if err := os.Remove(filepath.Join(first.Dir, "app.js")); err != nil {
		t.Fatal(err)
	}
	again, err := learner.Prepare(dirs, "volumes", starting)
	if err != nil {
		t.Fatal(err)
	}
	want := &learner.Prepared{Dir: first.Dir, New: []string{"app.js"}, Kept: []string{"site/index.html", "start.sh"}}
	if diff := cmp.Diff(want, again); diff != "" {
		t.Errorf("prepared again (-want +got):\n%s", diff)
	}
}

func TestPrepareRefuses(t *testing.T) {
	outside := t.TempDir()
	link := func(target string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			t.Helper()
			if err := os.Symlink(target, dir); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, tt := range map[string]struct {
		place func(t *testing.T, dir string)
		want  string
	}{
		"a file": {func(t *testing.T, dir string) {
			t.Helper()
			if err := os.WriteFile(dir, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}, learner.WorkspaceIsFile},
		"a link out":           {link(outside), learner.WorkspaceIsElsewhere},
		"a link to nothing":    {link("/nonexistent/place"), learner.WorkspaceIsElsewhere},
		"a link to all":        {link("."), learner.WorkspaceIsElsewhere},
		"a link round":         {link("volumes"), learner.WorkspaceIsElsewhere},
		"a link to a folder":   {link("other"), ""},
		"a link to a file":     {link("file"), learner.WorkspaceIsFile},
		"a link to the parent": {link(".."), learner.WorkspaceIsElsewhere},
	} {
		t.Run(name, func(t *testing.T) {
			dirs := dirsIn(t.TempDir())
			if err := os.MkdirAll(filepath.Join(dirs.Workspaces, "other"), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dirs.Workspaces, "file"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			tt.place(t, dirs.Workspace("volumes"))
			_, err := learner.Prepare(dirs, "volumes", starting)
			var werr *learner.WorkspaceError
			if errors.As(err, &werr) != (tt.want != "") || werr != nil && werr.Reason != tt.want || werr == nil && err != nil {
				t.Errorf("error %v, want reason %q", err, tt.want)
			}
			if left := tree(t, outside); len(left) > 0 {
				t.Errorf("written outside: %q", left)
			}
		})
	}
	for name, tt := range map[string]struct {
		place func(dir string) error
		taken string // of the folder of all workspaces, "a/naru"
	}{
		"workspaces are a file":            {func(dir string) error { return os.WriteFile(filepath.Join(dir, "a"), nil, 0o600) }, "a"},
		"workspaces' own folder is a file": {func(dir string) error { return write(filepath.Join(dir, "a/naru")) }, "a/naru"},
		"workspaces are a link to nothing": {func(dir string) error {
			return errors.Join(os.Mkdir(filepath.Join(dir, "a"), 0o755), os.Symlink("nowhere", filepath.Join(dir, "a/naru")))
		}, "a/naru"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := tt.place(dir); err != nil {
				t.Fatal(err)
			}
			_, err := learner.Prepare(dirsIn(filepath.Join(dir, "a")), "volumes", starting)
			want := &learner.WorkspaceError{Path: filepath.Join(dir, tt.taken), Reason: learner.WorkspacesAreFile}
			if diff := cmp.Diff(error(want), err); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("workspaces behind a link", func(t *testing.T) {
		dir := t.TempDir()
		if err := os.Symlink(outside, filepath.Join(dir, "naru")); err != nil {
			t.Fatal(err)
		}
		if _, err := learner.Prepare(dirsIn(dir), "volumes", starting); err != nil {
			t.Error(err)
		}
	})
	for _, lesson := range []string{"", ".", "..", "a/b", "../x"} {
		if _, err := learner.Prepare(dirsIn(t.TempDir()), lesson, nil); err == nil {
			t.Errorf("lesson %q passed", lesson)
		}
	}
}
