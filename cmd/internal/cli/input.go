package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// maxLine bounds a line that a person types, in bytes.
const maxLine = 64 << 10

// readLine reads one line, byte by byte: what follows it is left for a command
// that is run on the same input.
func readLine(r io.Reader) (string, error) {
	var line strings.Builder
	buf := make([]byte, 1)
	for line.Len() < maxLine {
		n, err := r.Read(buf)
		if n == 1 {
			if buf[0] == '\n' {
				return strings.TrimSuffix(line.String(), "\r"), nil
			}
			line.WriteByte(buf[0])
		}
		if err != nil {
			if errors.Is(err, io.EOF) && line.Len() > 0 {
				return line.String(), nil
			}
			return "", err
		}
	}
	return line.String(), nil
}

// readLineContext is readLine that gives up when the context ends. The read
// that was under way then is left behind; the process ends with it.
func readLineContext(ctx context.Context, r io.Reader) (string, error) {
	type result struct {
		line string
		err  error
	}
	done := make(chan result, 1)
	go func() {
		line, err := readLine(r)
		done <- result{line, err}
	}()
	select {
	case res := <-done:
		return res.line, res.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// agreed asks a question that a bare Enter answers with no, and so does who
// calls it off.
func (a *app) agreed(ctx context.Context, question string) (bool, error) {
	if !a.sys.StdinTTY {
		return false, &usageError{errors.New(a.say("error.tty-yes"))}
	}
	fmt.Fprint(a.sys.Stderr, question+" ") // a catalogue keeps no space at an end
	line, err := readLineContext(ctx, a.sys.Stdin)
	if err != nil {
		fmt.Fprintln(a.sys.Stderr) // nobody typed Enter
		if errors.Is(err, io.EOF) || ctx.Err() != nil {
			return false, nil //nolint:nilerr // calling it off is an answer
		}
		return false, fmt.Errorf("reading the answer: %w", err)
	}
	word := strings.ToLower(strings.TrimSpace(line))
	return slices.Contains(strings.Fields(a.say("yes.words")), word), nil
}
