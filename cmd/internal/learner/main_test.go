package learner_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"testing/fstest"
	"time"

	"go.uber.org/goleak"

	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/cmd/internal/learner"
)

// childEnv makes the test binary a learner's program that is to be killed.
const childEnv = "NARU_TEST_CHILD"

func TestMain(m *testing.M) {
	if mode := os.Getenv(childEnv); mode != "" {
		if err := child(mode, os.Getenv("NARU_TEST_DIR")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// child does a learner's work over and over until it is killed. It says
// "done N" on standard output only after N is on the disk.
func child(mode, dir string) error {
	s, err := learner.Open(dirsIn(dir), "naru")
	if err != nil {
		return err
	}
	for n := 0; ; n++ {
		switch mode {
		case "append":
			err = s.Append(tried(n))
		case "start":
			err = startOnce(s, n)
		}
		if err != nil {
			return err
		}
		fmt.Printf("done %d\n", n)
	}
}

func dirsIn(dir string) learner.Dirs {
	return learner.Dirs{State: dir + "/state", Workspaces: dir + "/naru"}
}

func tried(n int) learner.Record {
	return learner.Record{
		Time: time.Unix(int64(n), 0).UTC(), Lesson: "volumes", Kind: learner.Tried, Step: "keep",
		Failed: fmt.Sprintf("%d/%d", os.Getpid(), n),
	}
}

// startOnce writes all that a start writes: workspace, baseline, journal.
func startOnce(s *learner.Store, n int) error {
	lesson := fmt.Sprintf("lesson%d", n%3)
	unlock, err := s.Lock(context.Background(), lesson)
	if err != nil {
		return err
	}
	defer unlock()
	if _, err := learner.Prepare(s.Dirs(), lesson, lessonFiles(n)); err != nil {
		return err
	}
	session := learner.NewSession()
	info := &engine.Info{ID: "E"}
	w := learner.World{}
	for i := range 100 {
		w.Containers = append(w.Containers, engine.Summary{ID: fmt.Sprintf("%064d", i), Name: fmt.Sprintf("c%d", i)})
	}
	if err := s.SaveBaseline(learner.NewBaseline(lesson, session, time.Now(), info, w, nil)); err != nil {
		return err
	}
	return s.Append(
		learner.Record{Time: time.Now(), Lesson: lesson, Kind: learner.Started, Session: session, Engine: learner.EngineKey(info)},
		learner.Record{Time: time.Now(), Lesson: lesson, Kind: learner.At, Step: "first"},
	)
}

// lessonFiles has a file more with each start, so that there is always one to
// be copied.
func lessonFiles(n int) fstest.MapFS {
	big := make([]byte, 200_000)
	for i := range big {
		big[i] = 'x'
	}
	return fstest.MapFS{
		"app.js":                      {Data: []byte("console.log(1)\n")},
		fmt.Sprintf("d/f%d.bin", n):   {Data: big},
		fmt.Sprintf("d/run%d.sh", n):  {Data: []byte("#!/bin/sh\n")},
		fmt.Sprintf("site/%d.txt", n): {Data: big[:5000]},
	}
}
