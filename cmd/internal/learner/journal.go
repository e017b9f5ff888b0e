package learner

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// maxLine bounds a record, in bytes. A longer line is no record.
const maxLine = 1 << 20

// journal is the file that records are appended to.
type journal struct {
	path string
	wait time.Duration // how long at most for its lock
}

// read reads the journal, without a lock: a line that is being written is seen
// whole or passed over. What isn't there yet reads as an empty one.
func (j journal) read(follow func(io.ReaderAt) (found, error)) (found, error) {
	f, err := os.Open(j.path)
	if err != nil {
		if notThere(err) {
			return follow(bytes.NewReader(nil))
		}
		return found{}, &ReadError{Path: j.path, Err: err}
	}
	defer func() { _ = f.Close() }()
	now, err := follow(f)
	if err != nil {
		return found{}, &ReadError{Path: j.path, Err: err}
	}
	return now, nil
}

// update gives the progress there is to what decides which records to add, and
// adds them, while no one else can; afterwards, if anything was added, it calls
// added. When it returns without an error the new records are on the disk; with
// one, none of them counts.
func (j journal) update(follow func(io.ReaderAt) (found, error), decide func(*Progress) []Record, added func()) error {
	f, err := j.open()
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // lets go of the lock too
	now, err := follow(f)
	if err != nil {
		return &ReadError{Path: j.path, Err: err}
	}
	var add []byte
	for _, r := range decide(now.progress) {
		line, err := r.marshal()
		if err != nil {
			return err
		}
		add = append(add, line...)
	}
	if len(add) == 0 {
		return nil
	}
	if now.torn {
		// The last writer was torn away in mid-line. Its line ends here, and
		// ours starts on its own.
		add = append([]byte{'\n'}, add...)
	}
	if err := appendWhole(f, now.size, add); err != nil {
		return &WriteError{Path: j.path, Err: err}
	}
	added()
	return nil
}

// open opens the journal for appending, making it where it isn't there, and
// locks it.
func (j journal) open() (*os.File, error) {
	dir := filepath.Dir(j.path)
	_, statErr := os.Lstat(j.path)
	if notThere(statErr) {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, &WriteError{Path: j.path, Err: err}
		}
	}
	f, err := os.OpenFile(j.path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return nil, &WriteError{Path: j.path, Err: err}
	}
	if notThere(statErr) {
		if err := syncDir(dir); err != nil {
			_ = f.Close()
			return nil, &WriteError{Path: j.path, Err: err}
		}
	}
	held, err := lock(context.Background(), f, j.wait)
	if err == nil && !held {
		err = &BusyError{Path: j.path}
	} else if err != nil {
		err = &WriteError{Path: j.path, Err: err}
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// appendWhole appends data to a file of the given size, all of it or nothing:
// what a full disk took only a part of is cut off again. Should even that
// fail, the part is a torn line, which readers pass over.
func appendWhole(f *os.File, size int64, data []byte) error {
	_, err := f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		return nil
	}
	if terr := f.Truncate(size); terr != nil && !errors.Is(terr, fs.ErrClosed) {
		return errors.Join(err, terr)
	}
	return err
}
