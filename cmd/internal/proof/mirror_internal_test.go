package proof

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tree reads a folder: what each path holds, with its permissions.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		content, _ := os.Readlink(path)
		if d.Type().IsRegular() {
			src, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			content = string(src)
		}
		all[path[len(dir)+1:]] = info.Mode().String() + " " + content
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestMirror(t *testing.T) {
	from, to := t.TempDir(), filepath.Join(t.TempDir(), "made")
	write(t, from+"/same", "a")
	write(t, from+"/changed", "a")
	write(t, from+"/d/gone", "a")
	write(t, from+"/d/folder", "a")
	write(t, from+"/run.sh", "a")
	must(t, os.Mkdir(from+"/empty", 0o700), os.Chmod(from+"/run.sh", 0o755), os.Symlink("same", from+"/link"), os.Symlink("/none", from+"/dangling"))
	must(t, mirror(to, from))
	want := tree(t, from)
	if diff := cmp.Diff(want, tree(t, to)); diff != "" {
		t.Fatalf("a copy (-want +got):\n%s", diff)
	}
	kept := func() []os.FileInfo {
		var list []os.FileInfo
		for _, name := range []string{"same", "changed", "d"} {
			info, err := os.Stat(filepath.Join(to, name))
			must(t, err)
			list = append(list, info)
		}
		return list
	}
	before := kept()
	write(t, to+"/changed", "bb")
	write(t, to+"/new/deep", "b")
	write(t, to+"/d/new", "b")
	must(t, os.Remove(to+"/d/gone"), os.Remove(to+"/d/folder"), os.Mkdir(to+"/d/folder", 0o700), os.Chmod(to+"/run.sh", 0o644),
		os.Remove(to+"/link"), os.Symlink("changed", to+"/link"), os.Remove(to+"/dangling"), os.Remove(to+"/empty"))
	must(t, mirror(to, from))
	if diff := cmp.Diff(want, tree(t, to)); diff != "" {
		t.Errorf("put back (-want +got):\n%s", diff)
	}
	for i, info := range kept() {
		if !os.SameFile(before[i], info) {
			t.Errorf("%s is another one", info.Name())
		}
	}
}

// TestMirrorRefuses says so when there is something that it can't keep.
func TestMirrorRefuses(t *testing.T) {
	from := t.TempDir()
	must(t, syscall.Mkfifo(from+"/pipe", 0o600))
	if err := mirror(t.TempDir(), from); err == nil {
		t.Error("a pipe was kept")
	}
}
