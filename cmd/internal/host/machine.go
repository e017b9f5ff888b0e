package host

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Bound is the longest that one look at the machine may take. Looks are made
// at the same time, so it bounds Describe and the facts of Diagnose as well.
const Bound = 3 * time.Second

// Machine is the access to a computer that this package works with. Paths are
// the computer's own, absolute; Root is put before them.
type Machine struct {
	Root   string              // directory that holds the file system; "" for "/"
	Getenv func(string) string // the environment
	Home   string              // the learner's home directory
	Dir    string              // the working directory
	User   string              // login name; "" unknown
	UID    int                 // effective user id
	Groups []int               // supplementary and effective groups of this process (getgroups(2))
	GOOS   string
	GOARCH string
	Uname  Uname
	// LookPath finds a command as a shell would.
	LookPath func(name string) (string, error)
	// Run runs a command. A command that ends with a non-zero code is not an
	// error; one that can't be started, or outlives its context, is.
	Run func(context.Context, Command) (Result, error)
	// Free says how much room is left on the file system that holds path.
	Free func(path string) (Space, error)
	// Listen reports whether a TCP port can be listened on; the error is the
	// operating system's.
	Listen func(port int) error
	// Engines is the way to Docker Engines.
	Engines Engines
	// HTTP asks the network; nil: the network is never asked.
	HTTP func(*http.Request) (*http.Response, error)
	// Now is the clock.
	Now func() time.Time
	// Built is when the program was built; zero when unknown. A clock that is
	// earlier is wrong.
	Built time.Time
}

// Uname is what uname(2) says.
type Uname struct {
	Release string // "6.6.87.2-microsoft-standard-WSL2"
	Machine string // "x86_64", "aarch64", "armv7l"
}

// Space is the room on a file system, in bytes and inodes.
type Space struct {
	Free   int64 // for an ordinary user
	Total  int64
	Inodes int64 // free ones; -1 where the file system doesn't count them
}

// Command is a command to run.
type Command struct {
	Argv  []string
	Env   []string // added to the environment, "NAME=value"
	Stdin string
	// Terminal gives the command the terminal's input, for a password.
	Terminal bool
	// Changes says that the command changes the machine: when it is called off
	// it gets time to leave things in order.
	Changes bool
}

// Result is how a command ended.
type Result struct {
	Stdout, Stderr string // bounded: the last 64 KiB of each
	Code           int
}

// Local is the machine that the program runs on.
func Local() (Machine, error) {
	var uts unix.Utsname
	if err := unix.Uname(&uts); err != nil {
		return Machine{}, err
	}
	m := Machine{
		Getenv:   os.Getenv,
		UID:      os.Geteuid(),
		GOOS:     runtime.GOOS,
		GOARCH:   runtime.GOARCH,
		Uname:    Uname{Release: unix.ByteSliceToString(uts.Release[:]), Machine: unix.ByteSliceToString(uts.Machine[:])},
		LookPath: lookPath,
		Run:      run,
		Free:     free,
		Listen:   listen,
		Engines:  localEngines{getenv: os.Getenv},
		HTTP:     httpClient().Do,
		Now:      time.Now,
		Built:    built(),
	}
	m.Groups, _ = os.Getgroups()
	m.Groups = append(m.Groups, os.Getegid())
	m.Dir, _ = os.Getwd()
	m.Home, _ = os.UserHomeDir()
	if u, err := user.Current(); err == nil {
		m.User = u.Username
	}
	m.Engines = localEngines{getenv: os.Getenv, home: m.Home}
	return m, nil
}

// path is where a path of the machine is for this process.
func (m Machine) path(p string) string {
	if m.Root == "" {
		return p
	}
	return filepath.Join(m.Root, p)
}

// read reads a small file; "" when it can't be read.
func (m Machine) read(p string) string {
	f, err := os.Open(m.path(p))
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }()
	b, err := io.ReadAll(io.LimitReader(f, 4<<20))
	if err != nil {
		return ""
	}
	return string(b)
}

// readEnd reads the last n bytes of a file; "" when it can't be read.
func (m Machine) readEnd(p string, n int64) string {
	f, err := os.Open(m.path(p))
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return ""
	}
	b, err := io.ReadAll(io.NewSectionReader(f, max(0, info.Size()-n), n))
	if err != nil {
		return ""
	}
	return string(b)
}

// exists reports whether there is something at a path.
func (m Machine) exists(p string) bool {
	_, err := os.Lstat(m.path(p))
	return err == nil
}

// glob lists the machine's paths that match a pattern.
func (m Machine) glob(pattern string) []string {
	found, err := filepath.Glob(m.path(pattern))
	if err != nil || m.Root == "" {
		return found
	}
	for i, p := range found {
		found[i] = strings.TrimPrefix(p, strings.TrimSuffix(m.Root, "/"))
	}
	return found
}

// has reports whether a command can be found.
func (m Machine) has(name string) bool {
	_, err := m.LookPath(name)
	return err == nil
}

// ask runs a command that only looks, within Bound.
func (m Machine) ask(ctx context.Context, argv ...string) (Result, error) {
	ctx, cancel := context.WithTimeout(ctx, Bound)
	defer cancel()
	return m.Run(ctx, Command{Argv: argv, Env: []string{"LC_ALL=C"}})
}

// lookPath also looks where administrators' commands are: an ordinary user's
// PATH on Debian lacks the sbin directories.
func lookPath(name string) (string, error) {
	p, err := exec.LookPath(name)
	if err == nil || !errors.Is(err, exec.ErrNotFound) {
		return p, err
	}
	for _, dir := range []string{"/usr/local/sbin", "/usr/sbin", "/sbin"} {
		if p, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return p, nil
		}
	}
	return "", err
}
