package host

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// run is Machine.Run of the real machine.
func run(ctx context.Context, c Command) (Result, error) {
	cmd := exec.CommandContext(ctx, c.Argv[0], c.Argv[1:]...)
	cmd.Env = append(os.Environ(), c.Env...)
	// A grandchild that keeps the pipe open must not keep us.
	cmd.WaitDelay = 500 * time.Millisecond
	if c.Changes {
		cmd.WaitDelay = 10 * time.Second
		cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	}
	switch {
	case c.Stdin != "":
		cmd.Stdin = &once{s: c.Stdin}
	case c.Terminal:
		cmd.Stdin = os.Stdin
	}
	var stdout, stderr tail
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	res := Result{Stdout: stdout.String(), Stderr: stderr.String()}
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return res, ctx.Err()
	case errors.As(err, &exit):
		res.Code = exit.ExitCode()
		return res, nil
	case errors.Is(err, exec.ErrWaitDelay): // it ended; what it left behind still writes
		return res, nil
	}
	return res, err
}

// once reads a string.
type once struct{ s string }

func (o *once) Read(p []byte) (int, error) {
	if o.s == "" {
		return 0, io.EOF
	}
	n := copy(p, o.s)
	o.s = o.s[n:]
	return n, nil
}

// tail keeps the last 64 KiB of what is written to it.
type tail struct{ b []byte }

const tailSize = 64 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.b = append(t.b, p...)
	if len(t.b) > 2*tailSize {
		t.b = append(t.b[:0], t.b[len(t.b)-tailSize:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	if len(t.b) > tailSize {
		return string(t.b[len(t.b)-tailSize:])
	}
	return string(t.b)
}

// free is Machine.Free of the real machine. A path that isn't there yet is
// measured where it would be made.
func free(path string) (Space, error) {
	var st unix.Statfs_t
	for {
		err := unix.Statfs(path, &st)
		if err == nil {
			break
		}
		if up := filepath.Dir(path); errors.Is(err, unix.ENOENT) && up != path {
			path = up
			continue
		}
		return Space{}, &os.PathError{Op: "statfs", Path: path, Err: err}
	}
	size := int64(st.Bsize) //nolint:unconvert // its type differs between architectures
	s := Space{
		Free:   int64(st.Bavail) * size, //nolint:gosec // G115: no file system is that large
		Total:  int64(st.Blocks) * size, //nolint:gosec // G115: as above
		Inodes: -1,
	}
	if st.Files > 0 {
		s.Inodes = int64(st.Ffree) //nolint:gosec // G115: as above
	}
	return s, nil
}

// listen is Machine.Listen of the real machine.
func listen(port int) error {
	ctx, cancel := context.WithTimeout(context.Background(), Bound)
	defer cancel()
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", net.JoinHostPort("", strconv.Itoa(port)))
	if err != nil {
		return err
	}
	return l.Close()
}

// httpClient asks the network, never for longer than Bound, and follows no
// redirects: where one leads is not what is asked.
func httpClient() *http.Client {
	return &http.Client{
		Timeout:       Bound,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// built is the time of the commit that the program was built from.
func built() time.Time {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return time.Time{}
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.time" {
			if t, err := time.Parse(time.RFC3339, s.Value); err == nil {
				return t
			}
		}
	}
	return time.Time{}
}
