package engine

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
)

// logLines bounds how far back a container's log is read.
const logLines = 5000

// Logs reads the end of what a container wrote: at most limit bytes of each
// stream. A container with a terminal has one stream only, stdout. A container
// that isn't there has written nothing, as one whose log the engine doesn't
// keep.
func (c *Client) Logs(ctx context.Context, name string, limit int64) (stdout, stderr string, truncated bool, err error) {
	id, err := c.containerID(ctx, name)
	if err != nil || id == "" {
		return "", "", false, err
	}
	out, errs := &tail{limit: limit}, &tail{limit: limit}
	_, err = c.get(ctx, fmt.Sprintf("reading the log of container %q", name), func(ctx context.Context) error {
		exchangeOf(ctx).limit = 0 // the lines are bounded instead
		body, err := c.docker.ContainerLogs(ctx, id, container.LogsOptions{
			ShowStdout: true, ShowStderr: true, Tail: strconv.Itoa(logLines),
		})
		if err != nil {
			return err
		}
		defer func() { _ = body.Close() }()
		return demultiplex(body, out, errs)
	})
	if errdefs.IsNotImplemented(err) { // a log driver that can't be read
		return "", "", false, nil
	}
	if err != nil {
		return "", "", false, err
	}
	return string(out.bytes()), string(errs.bytes()), out.cut || errs.cut || out.lines+errs.lines >= logLines, nil
}

// tail keeps the last bytes of what is written to it.
type tail struct {
	limit int64
	buf   []byte
	lines int
	cut   bool
}

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	for _, b := range p {
		if b == '\n' {
			t.lines++
		}
	}
	t.buf = append(t.buf, p...)
	if over := int64(len(t.buf)) - 2*t.limit; over > 0 {
		t.buf = append(t.buf[:0], t.bytes()...)
	}
	return len(p), nil
}

func (t *tail) bytes() []byte {
	if over := int64(len(t.buf)) - t.limit; over > 0 {
		t.cut = true
		return t.buf[over:]
	}
	return t.buf
}

// demultiplex splits the two streams of a log. Each piece has a header of eight
// bytes: the stream, three zeros, the size (Engine API, ContainerAttach). With
// a terminal there are no headers; API versions before 1.42 don't say which it
// is, but no terminal's output begins like one.
func demultiplex(r io.Reader, stdout, stderr io.Writer) error {
	br := bufio.NewReader(r)
	head, err := br.Peek(8)
	if len(head) < 8 || head[0] > 3 || head[1] != 0 || head[2] != 0 || head[3] != 0 {
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		_, err = io.Copy(stdout, br)
		return err
	}
	for {
		var h [8]byte
		if _, err := io.ReadFull(br, h[:]); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		w := stdout
		if h[0] == 2 {
			w = stderr
		}
		if _, err := io.CopyN(w, br, int64(binary.BigEndian.Uint32(h[4:]))); err != nil {
			if errors.Is(err, io.EOF) {
				return io.ErrUnexpectedEOF
			}
			return err
		}
	}
}
