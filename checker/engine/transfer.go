package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/client"
)

// transferIdle is how long a transfer may stand still. Unpacking a large layer
// on a memory card is silent for a while.
const transferIdle = 5 * time.Minute

// Progress is one word of a transfer's progress.
type Progress struct {
	ID      string // the layer's; empty for the whole
	Status  string // the engine's own words: "Downloading", "Loading layer", "Pull complete"
	Current int64  // bytes
	Total   int64  // bytes; 0 unknown
}

// LoadImage loads a docker-archive. progress may be nil.
func (c *Client) LoadImage(ctx context.Context, archive io.Reader, progress func(Progress)) error {
	return c.transfer(ctx, "loading images", progress, func(ctx context.Context, alive func()) (io.ReadCloser, error) {
		res, err := c.docker.ImageLoad(ctx, &lively{archive, alive}, client.ImageLoadWithQuiet(progress == nil))
		return res.Body, err
	})
}

// PullImage pulls an image. platform ("linux/arm64/v8") may be empty for the
// engine's own, progress nil. Credentials are not sent. A reference that the
// registry doesn't have is an *Error with Status 404.
func (c *Client) PullImage(ctx context.Context, ref, platform string, progress func(Progress)) error {
	op := fmt.Sprintf("pulling image %q", ref)
	full := canonical(ref)
	if full == "" {
		return &Error{Kind: API, Endpoint: c.endpoint, Op: op, Err: errors.New("this can't be a reference")}
	}
	return c.transfer(ctx, op, progress, func(ctx context.Context, _ func()) (io.ReadCloser, error) {
		return c.docker.ImagePull(ctx, full, image.PullOptions{Platform: platform})
	})
}

// transfer starts a transfer and follows it to its end.
func (c *Client) transfer(ctx context.Context, op string, progress func(Progress), start func(ctx context.Context, alive func()) (io.ReadCloser, error)) error {
	x := &exchange{}
	inner, cancel := context.WithCancelCause(withExchange(ctx, x))
	defer cancel(nil)
	idle := time.AfterFunc(transferIdle, func() { cancel(context.DeadlineExceeded) })
	defer idle.Stop()
	alive := func() { idle.Reset(transferIdle) }
	body, err := start(inner, alive)
	if err == nil {
		defer func() { _ = body.Close() }()
		err = follow(&lively{body, alive}, progress)
	}
	if cause := context.Cause(inner); err != nil && ctx.Err() == nil && cause != nil {
		x.err, err = cause, cause
	}
	return c.explain(ctx, op, x, err)
}

// lively tells of each piece read.
type lively struct {
	r     io.Reader
	alive func()
}

// Read implements io.Reader.
func (l *lively) Read(p []byte) (int, error) {
	l.alive()
	return l.r.Read(p)
}

// transferError is an engine's word, in the middle of a transfer, of why it
// ends.
type transferError struct{ message string }

func (e *transferError) Error() string { return e.message }

// follow reads a transfer's messages to their end.
func follow(r io.Reader, progress func(Progress)) error {
	dec := json.NewDecoder(r)
	for {
		var m struct {
			ID       string `json:"id"`
			Status   string `json:"status"`
			Stream   string `json:"stream"`
			Progress struct {
				Current int64 `json:"current"`
				Total   int64 `json:"total"`
			} `json:"progressDetail"`
			Error struct {
				Message string `json:"message"`
			} `json:"errorDetail"`
		}
		switch err := dec.Decode(&m); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case m.Error.Message != "":
			return &transferError{m.Error.Message}
		case progress != nil:
			progress(Progress{ID: m.ID, Status: m.Status + m.Stream, Current: m.Progress.Current, Total: m.Progress.Total})
		}
	}
}
