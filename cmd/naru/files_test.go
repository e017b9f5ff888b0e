package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// tmpfs mounts a small file system until the test ends. Tests run as root.
func tmpfs(t *testing.T, size string) string {
	t.Helper()
	dir := shortDir(t)
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "mode=0755,size="+size); err != nil {
		t.Fatalf("mounting a small file system: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Errorf("unmounting %q: %v", dir, err)
		}
	})
	return dir
}

// fill leaves no room in a file system.
func fill(t *testing.T, dir string) {
	t.Helper()
	f, err := os.Create(filepath.Join(dir, "ballast"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, size := range []int{4096, 1} { // pages, then what is left of one
		for err == nil {
			_, err = f.Write(make([]byte, size))
		}
		if !errors.Is(err, syscall.ENOSPC) {
			t.Fatal(err)
		}
		err = nil
	}
}

// TestFileFaults has naru's own files be unusable in every way there is. Each
// is exit code 2 with a sentence that says what to do, and what was recorded
// before is there afterwards.
func TestFileFaults(t *testing.T) {
	e := loaded(t)
	doKeep(t, e)
	host := e.Host()
	for name, test := range map[string]func(*testing.T, string){
		"disk full": testDiskFull, "read-only file system": testReadOnly, "not the owner": testNotOwner,
		"torn journal": testTornJournal, "journal is a folder": testJournalFolder, "workspace taken": testWorkspaceTaken,
		"baseline torn": testBaselineTorn, "output fails": testOutputFails,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, host)
		})
	}
}

func testDiskFull(t *testing.T, host string) {
	p := newPerson(t, host)
	dir := tmpfs(t, "256k")
	p.env["XDG_STATE_HOME"] = dir
	p.ok(t, "start", "volumes")
	p.ok(t, "check", "volumes/keep")
	// The last page of the journal has room too: lines that are none fill it.
	pad := strings.Repeat("\n", 4096-len(p.records(t))%4096)
	if err := os.WriteFile(p.journal(), []byte(p.records(t)+pad), 0o600); err != nil {
		t.Fatal(err)
	}
	before := p.records(t)
	fill(t, dir)
	const want = "the disk is full: "
	out := p.run(t, "check", "volumes/lose")
	out.want(t, 2, want)
	out.want(t, 2, p.journal())
	if !strings.Contains(out.stdout, "checks 0/") {
		t.Errorf("the verdict, which needs no disk, is not shown: %s", out.stdout)
	}
	p.run(t, "next").want(t, 2, want)
	p.run(t, "hint", "volumes/lose").want(t, 2, want)
	p.run(t, "start", "containers").want(t, 2, want)
	p.run(t, "--lang", "ko", "check", "volumes/lose").want(t, 2, "가득")
	if now := p.records(t); now != before {
		t.Errorf("the journal has changed:\n%q\nbefore:\n%q", now, before)
	}
	p.ok(t, "check", "volumes/keep") // passed before: there is nothing to write
	p.unharmed(t, before)
	if err := os.Remove(filepath.Join(dir, "ballast")); err != nil {
		t.Fatal(err)
	}
	if out := p.run(t, "check", "volumes/lose"); out.code != 1 {
		t.Errorf("with room again: %+v", out)
	}
	p.unharmed(t, before)
	if n := p.status(t).tries("lose"); n != 1 {
		t.Errorf("%d tries, want the one that could be written", n)
	}
}

func testReadOnly(t *testing.T, host string) {
	p := newPerson(t, host)
	dir := tmpfs(t, "256k")
	p.env["XDG_STATE_HOME"] = dir
	p.ok(t, "start", "volumes")
	p.ok(t, "check", "volumes/keep")
	before := p.records(t)
	if err := unix.Mount("", dir, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	want := dir + "/naru/"
	p.run(t, "check", "volumes/lose").want(t, 2, want)
	p.run(t, "check", "volumes/lose").want(t, 2, "can't be written: ")
	p.run(t, "next").want(t, 2, want)
	p.run(t, "start", "volumes").want(t, 2, want)
	p.run(t, "reset", "--yes", "volumes").want(t, 2, want)
	p.ok(t, "list")
	p.unharmed(t, before)
}

func testNotOwner(t *testing.T, host string) {
	p := played(t, host)
	before := p.records(t)
	p.env["DOCKER_HOST"] = "unix:///none.sock"
	for _, tt := range []struct {
		name string
		path string
		mode os.FileMode
		want string
	}{
		{"journal not writable", p.journal(), 0o444, "can't be written"},
		{"journal not readable", p.journal(), 0o000, ""},
		{"state not readable", p.stateDir(), 0o000, ""},
	} {
		p.is(t, nobody)
		if err := os.Chmod(tt.path, tt.mode); err != nil {
			t.Fatal(err)
		}
		out := p.run(t, "next", "volumes/share")
		out.want(t, 2, tt.want)
		out.want(t, 2, p.stateDir())
		if err := os.Chmod(tt.path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	// As after a `sudo naru`: all of it is root's.
	p.uid = 0
	p.is(t, 0)
	p.uid = nobody
	out := p.run(t, "next", "volumes/share")
	out.want(t, 2, p.stateDir())
	out.want(t, 2, "owner")
	p.uid = 0
	p.unharmed(t, before)
}

func testTornJournal(t *testing.T, host string) {
	for name, tear := range map[string]func(before string) string{
		"cut in mid-line":     func(s string) string { return s + `{"v":1,"time":"2026-11-23T21:` },
		"cut in a character":  func(s string) string { return s + `{"v":1,"step":"` + "\xec\x95" },
		"garbage lines":       func(s string) string { return "not a record\n" + s + "\x00\x00\x00\x00\n{}\n[]\nnull\n\"x\"\n" },
		"zeros at the end":    func(s string) string { return s + strings.Repeat("\x00", 4096) },
		"a line of megabytes": func(s string) string { return s + strings.Repeat("x", 3<<20) },
		"a later version":     func(s string) string { return s + `{"v":99,"kind":"flown","lesson":"volumes"}` + "\n" },
		"conflict markers":    func(s string) string { return "<<<<<<< mine\n" + s + "=======\n>>>>>>> theirs\n" },
		"Windows line ends":   func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
	} {
		t.Run(name, func(t *testing.T) {
			p := played(t, host)
			torn := tear(p.records(t))
			if err := os.WriteFile(p.journal(), []byte(torn), 0o600); err != nil {
				t.Fatal(err)
			}
			p.unharmed(t, torn)
			if out := p.run(t, "check", "volumes/lose"); out.code != 1 {
				t.Errorf("%+v", out)
			}
			p.ok(t, "next", "volumes/share")
			p.unharmed(t, torn)
			s := p.status(t)
			if s.tries("lose") != 1 {
				t.Errorf("what was recorded after the tear is lost: %+v", s)
			}
		})
	}
	// Cut anywhere in the last record: it alone is gone, none before it.
	p := played(t, host)
	whole := p.records(t)
	p.ok(t, "next", "volumes/share")
	longer := p.records(t)
	for _, at := range []int{1, (len(longer) - len(whole)) / 2, len(longer) - len(whole) - 2} {
		if err := os.WriteFile(p.journal(), []byte(longer[:len(whole)+at]), 0o600); err != nil {
			t.Fatal(err)
		}
		p.unharmed(t, whole)
	}
}

func testJournalFolder(t *testing.T, host string) {
	p := newPerson(t, host)
	if err := os.MkdirAll(p.journal(), 0o700); err != nil {
		t.Fatal(err)
	}
	p.run(t, "start", "volumes").want(t, 2, p.journal())
	p.run(t, "status").want(t, 2, p.journal())
}

func testWorkspaceTaken(t *testing.T, host string) {
	p := newPerson(t, host)
	taken := filepath.Join(p.home, "naru/volumes")
	if err := os.MkdirAll(filepath.Dir(taken), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(taken, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.run(t, "start", "volumes").want(t, 2, taken+" should be the lesson's folder, and is a file")
	p.run(t, "start", "volumes").want(t, 2, "NARU_WORKSPACE")
	p.run(t, "--lang", "ko", "start", "volumes").want(t, 2, "폴더")
	if data, err := os.ReadFile(taken); err != nil || string(data) != "mine" {
		t.Errorf("the file: %q, %v", data, err)
	}
	p.env["NARU_WORKSPACE"] = filepath.Join(p.home, "elsewhere")
	p.ok(t, "start", "volumes")

	// All workspaces' own folder is a file.
	p = newPerson(t, host)
	if err := os.WriteFile(filepath.Join(p.home, "naru"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p.run(t, "start", "volumes").want(t, 2, filepath.Join(p.home, "naru")+" should be a folder")
	p.run(t, "start", "volumes").want(t, 2, "NARU_WORKSPACE")
	// A link that leads elsewhere.
	p = newPerson(t, host)
	if err := errors.Join(os.MkdirAll(filepath.Join(p.home, "naru"), 0o755), os.Symlink("/etc", filepath.Join(p.home, "naru/volumes"))); err != nil {
		t.Fatal(err)
	}
	p.run(t, "start", "volumes").want(t, 2, "is a link to /etc")
}

func testBaselineTorn(t *testing.T, host string) {
	p := played(t, host)
	before := p.records(t)
	found, err := filepath.Glob(filepath.Join(p.stateDir(), "baseline/*/volumes/*.json"))
	if err != nil || len(found) != 1 {
		t.Fatalf("baselines: %q, %v", found, err)
	}
	if err := os.Truncate(found[0], 20); err != nil {
		t.Fatal(err)
	}
	p.run(t, "reset", "--yes", "volumes").want(t, 2, found[0])
	p.run(t, "reset", "--yes", "volumes").want(t, 2, "nothing is removed")
	p.unharmed(t, before)
}

// testOutputFails has nobody read what naru writes, or no room for it.
func testOutputFails(t *testing.T, host string) {
	p := played(t, host)
	before := p.records(t)
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	for _, args := range [][]string{
		{"status", "--json"},
		{"status"},
		{"list"},
		{"show", "volumes/keep"},
		{"check", "volumes/keep"},
		{"check", "volumes/share"},
		{"hint", "volumes/keep"},
		{"solution", "volumes/keep"},
		{"doctor"},
		{"version"},
		{"--help"},
		{"reset", "--dry-run", "volumes"},
	} {
		cmd := p.command(t, args...)
		cmd.Stdout = full
		finish(t, cmd).want(t, 2, "what there was to show could not be written: no space left on device\nhint: ")
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	cmd := p.command(t, "show", "volumes/keep")
	cmd.Stdout = w
	out := finish(t, cmd)
	w.Close()
	if out.code == 0 || strings.Contains(out.stderr, "panic") {
		t.Errorf("a closed pipe: %+v", out)
	}
	p.unharmed(t, before)
}
