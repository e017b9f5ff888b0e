package learner

import (
	"bufio"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
)

// reading is what a journal's whole lines came to, up to a place in it. A
// journal only grows: what follows is read on from there.
type reading struct {
	Made     string    `json:"made"` // by which program, see howToRead
	UpTo     int64     `json:"upTo"` // bytes
	Sum      uint32    `json:"sum"`  // CRC-32C of these bytes, by which they are known again
	Progress *Progress `json:"progress"`
}

func newReading(course string) *reading {
	return &reading{Made: howToRead(), Progress: newProgress(course)}
}

// found is a journal as it is now.
type found struct {
	progress *Progress // the caller's own
	size     int64     // bytes
	torn     bool      // the last line has no end
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// follow reads on to the journal's end. Should what was read before not be
// there any more as it was (an editor, a restored copy), all is read anew. What
// is no record is passed over: torn lines, records of later formats, what
// someone else wrote. A last line without its end counts if it is whole.
func (r *reading) follow(f io.ReaderAt) (found, error) {
	in := bufio.NewReaderSize(io.NewSectionReader(f, 0, math.MaxInt64), 64<<10)
	sum := crc32.New(castagnoli)
	if n, err := io.CopyN(sum, in, r.UpTo); err != nil && !errors.Is(err, io.EOF) {
		return found{}, err
	} else if n < r.UpTo || sum.Sum32() != r.Sum {
		*r = *newReading(r.Progress.Course)
		in.Reset(io.NewSectionReader(f, 0, math.MaxInt64))
	}
	var text []byte
	for {
		line, err := nextLine(in, r.Sum, text[:0])
		if err != nil {
			return found{}, err
		}
		if !line.ended {
			now := found{progress: r.Progress.clone(), size: r.UpTo + line.size, torn: line.size > 0}
			now.progress.take(line.text)
			return now, nil
		}
		r.Progress.take(line.text)
		r.UpTo += line.size
		r.Sum, text = line.sum, line.text
	}
}

// line is one line of a journal.
type line struct {
	text  []byte // with its end; of one that is too long only the beginning
	size  int64
	sum   uint32 // of all up to its end
	ended bool
}

func nextLine(in *bufio.Reader, sum uint32, text []byte) (line, error) {
	l := line{text: text, sum: sum}
	for {
		piece, err := in.ReadSlice('\n')
		l.size += int64(len(piece))
		l.sum = crc32.Update(l.sum, castagnoli, piece)
		if len(l.text) <= maxLine {
			l.text = append(l.text, piece...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF):
			return l, nil
		default:
			l.ended = err == nil
			return l, err
		}
	}
}

// take applies one line, when it is a record of the course.
func (p *Progress) take(text []byte) {
	if len(text) > maxLine {
		return
	}
	if r, ok := parse(text); ok {
		p.add(r)
	}
}

// keepEvery is how much may have to be read anew, in bytes: some thousand
// records, a few milliseconds.
const keepEvery = 512 << 10

// howToReadFiles is the code that says what records come to.
//
//go:embed progress.go record.go reading.go
var howToReadFiles embed.FS

// howToRead names what this program makes of a journal: another program's
// reading doesn't count. Who changes the code has nothing else to remember.
func howToRead() string {
	h := sha256.New()
	for _, name := range []string{"progress.go", "record.go", "reading.go"} {
		src, _ := howToReadFiles.ReadFile(name) // nothing fails in memory
		_, _ = h.Write(src)
	}
	writeLayout(h, reflect.TypeFor[Record](), map[reflect.Type]bool{})
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// writeLayout writes down a type with all that it holds, each once.
func writeLayout(w io.Writer, t reflect.Type, seen map[reflect.Type]bool) {
	_, _ = fmt.Fprintln(w, t.Kind(), t.Name())
	if seen[t] {
		return
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			if f := t.Field(i); f.IsExported() {
				_, _ = fmt.Fprintln(w, f.Name, f.Tag)
				writeLayout(w, f.Type, seen)
			}
		}
	case reflect.Slice, reflect.Map:
		writeLayout(w, t.Elem(), seen)
	default:
	}
}

// keptReading is the reading that an earlier program kept, or one of nothing.
func (s *Store) keptReading() *reading {
	r := newReading(s.course)
	data, err := os.ReadFile(s.dirs.progress(s.course))
	if err != nil {
		return r // whatever keeps it from being read, the journal has it all
	}
	var kept reading
	if json.Unmarshal(data, &kept) != nil || kept.Made != r.Made || kept.Progress == nil || kept.Progress.Course != s.course {
		return r
	}
	return &kept
}

// keepReading keeps a reading for the next program. The journal's lock must be
// held. That it can't be kept does no harm.
func (s *Store) keepReading() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reading.UpTo < s.keptUpTo+keepEvery {
		return
	}
	data, err := json.Marshal(s.reading)
	if err != nil {
		return
	}
	path := s.dirs.progress(s.course)
	sweep(filepath.Dir(path))
	if writeFile(path, data) == nil {
		s.keptUpTo = s.reading.UpTo
	}
}
