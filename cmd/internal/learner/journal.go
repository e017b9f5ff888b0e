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

// decode reads all records of a journal, in their order. What is no record is
// passed over: torn lines, records of later formats, what someone else wrote.
// A last line without its end counts if it is whole.
func decode(data []byte) []Record {
	var records []Record
	for line := range bytes.Lines(data) {
		if len(line) > maxLine {
			continue
		}
		if r, ok := parse(line); ok {
			records = append(records, r)
		}
	}
	return records
}

// journal is the file that records are appended to.
type journal struct {
	path string
	wait time.Duration // how long at most for its lock
}

// read gives the records there are; none where there is no file yet. It takes
// no lock: a line that is being written is seen whole or passed over.
func (j journal) read() ([]Record, error) {
	data, err := os.ReadFile(j.path)
	if err != nil {
		if notThere(err) {
			return nil, nil
		}
		return nil, &ReadError{Path: j.path, Err: err}
	}
	return decode(data), nil
}

// update gives the records there are to what decides which to add, and adds
// them, while no one else can. When it returns without an error the new
// records are on the disk; with one, none of them counts.
func (j journal) update(decide func([]Record) []Record) error {
	f, err := j.open()
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // lets go of the lock too
	data, err := io.ReadAll(f)
	if err != nil {
		return &ReadError{Path: j.path, Err: err}
	}
	var add []byte
	for _, r := range decide(decode(data)) {
		line, err := r.marshal()
		if err != nil {
			return err
		}
		add = append(add, line...)
	}
	if len(add) == 0 {
		return nil
	}
	if n := len(data); n > 0 && data[n-1] != '\n' {
		// The last writer was torn away in mid-line. Its line ends here, and
		// ours starts on its own.
		add = append([]byte{'\n'}, add...)
	}
	if err := appendWhole(f, int64(len(data)), add); err != nil {
		return &WriteError{Path: j.path, Err: err}
	}
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
