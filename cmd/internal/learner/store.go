package learner

import (
	"fmt"
	"io"
	"path/filepath"
	"sync"
)

// Store keeps a learner's things for one course. It holds no open files and
// may be used by several goroutines and processes at once.
type Store struct {
	dirs    Dirs
	course  string
	journal journal

	mu       sync.Mutex
	reading  *reading // what of the journal was read already; nil: nothing was
	keptUpTo int64    // what of it need not be read by the next program
}

// Open gives the store for a course. Nothing is made on the disk before there
// is something to keep.
func Open(dirs Dirs, course string) (*Store, error) {
	if !filepath.IsAbs(dirs.State) || !filepath.IsAbs(dirs.Workspaces) {
		return nil, fmt.Errorf("opening the learner's store: %q and %q must be absolute", dirs.State, dirs.Workspaces)
	}
	if !fileName(course) {
		return nil, fmt.Errorf("opening the learner's store: %q can't be a course's name", course)
	}
	return &Store{dirs: dirs, course: course, journal: journal{path: dirs.journal(), wait: lockWait}}, nil
}

// fileName reports whether a name can stand for one file or folder.
func fileName(name string) bool {
	return filepath.IsLocal(name) && filepath.Base(name) == name && name != "."
}

// Dirs says where the store keeps things.
func (s *Store) Dirs() Dirs { return s.dirs }

// Progress tells how far the learner is. No record is no error.
func (s *Store) Progress() (*Progress, error) {
	now, err := s.journal.read(s.follow)
	return now.progress, err
}

// follow reads what came to the journal since this store last looked, and at
// first since some program last kept what it had read.
func (s *Store) follow(f io.ReaderAt) (found, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reading == nil {
		s.reading = s.keptReading()
		s.keptUpTo = s.reading.UpTo
	}
	now, err := s.reading.follow(f)
	s.keptUpTo = min(s.keptUpTo, s.reading.UpTo) // it may have been read anew
	return now, err
}

// Update appends the records that decide gives for the progress there is,
// while no other naru can append: what must be written once is written once.
// The records get the store's course; their time is the caller's. An error is
// a *WriteError or a *BusyError when nothing could be written.
func (s *Store) Update(decide func(*Progress) []Record) error {
	return s.journal.update(s.follow, func(p *Progress) []Record {
		add := decide(p)
		for i := range add {
			add[i].Course = s.course
		}
		return add
	}, s.keepReading)
}

// Append appends records to the journal. See Update.
func (s *Store) Append(records ...Record) error {
	return s.Update(func(*Progress) []Record { return records })
}
