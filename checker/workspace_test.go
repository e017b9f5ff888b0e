package checker

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/naru-lab/naru/checker/engine"
)

func TestReadWorkspace(t *testing.T) {
	outside := t.TempDir()
	dir := filepath.Join(outside, "ws")
	files := map[string]string{
		"ws/file": "hello\n", "ws/sub/deep": "deep\n", "ws/한글 파일": "안녕\n", "secret": "secret\n",
		"ws/big": strings.Repeat("x", engine.ContentLimit+10), "ws/closed": "closed\n",
	}
	for name, content := range files {
		path := filepath.Join(outside, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{
		"link": "file", "dirlink": "sub", "dangling": "nothing", "loop": "loop", "up": "../secret", "updir": "..",
		"absolute": filepath.Join(outside, "secret"), "inside": filepath.Join(dir, "file"),
	} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, "file"), 0o751); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]*engine.File{
		"file":                   {Type: "file", Mode: 0o751, Size: 6, Content: []byte("hello\n")},
		"./sub/deep":             {Type: "file", Mode: 0o640, Size: 5, Content: []byte("deep\n")},
		"한글 파일":                  {Type: "file", Mode: 0o640, Size: 7, Content: []byte("안녕\n")},
		"sub":                    {Type: "directory", Mode: 0o755, Entries: []string{"deep"}},
		"link":                   {Type: "file", Mode: 0o751, Size: 6, Content: []byte("hello\n"), Target: "file"},
		"dirlink":                {Type: "directory", Mode: 0o755, Entries: []string{"deep"}, Target: "sub"},
		"dangling":               {Type: "symlink", Mode: 0o777, Target: "nothing"},
		"loop":                   {Type: "symlink", Mode: 0o777, Target: "loop"},
		"up":                     {Type: "symlink", Mode: 0o777, Target: "../secret"},
		"absolute":               {Type: "symlink", Mode: 0o777, Target: filepath.Join(outside, "secret")},
		"inside":                 {Type: "symlink", Mode: 0o777, Target: filepath.Join(dir, "file")}, // os.Root follows no absolute link
		"pipe":                   {Type: "other", Mode: 0o600},
		"none":                   nil,
		"file/none":              nil,
		"loop/x":                 nil,
		"updir/secret":           nil,
		"../secret":              nil,
		"/etc/passwd":            nil,
		strings.Repeat("x", 300): nil,
		"nul\x00":                nil,
	} {
		got, err := readWorkspace(dir, path)
		if err != nil {
			t.Errorf("%q: %v", path, err)
			continue
		}
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(engine.File{}, "Path", "Modified", "UID", "GID"), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", path, diff)
		}
	}
	f, err := readWorkspace(dir, "big")
	if err != nil || !f.Truncated || len(f.Content) != engine.ContentLimit || f.Size != engine.ContentLimit+10 {
		t.Errorf("%d bytes of %d, %v, %v", len(f.Content), f.Size, f.Truncated, err)
	}
	if f, err = readWorkspace(dir, "file"); err != nil || f.UID != os.Getuid() || time.Since(f.Modified) > time.Hour || f.Path != "file" {
		t.Errorf("%+v, %v", f, err)
	}
	for _, none := range []string{"", filepath.Join(dir, "none"), filepath.Join(dir, "file")} {
		if f, err = readWorkspace(none, "file"); f != nil || err != nil {
			t.Errorf("workspace %q: %+v, %v", none, f, err)
		}
	}
}
