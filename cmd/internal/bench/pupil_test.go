package bench_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/naru-lab/naru/checker/enginetest"
	"github.com/naru-lab/naru/cmd/internal/images/imagestest"
	"github.com/naru-lab/naru/content"
	"github.com/naru-lab/naru/lessons"
)

// pupil is somebody who plays the course with the program that is measured.
type pupil struct {
	home string
	env  []string
}

// newPupil is one who has just come, and whose docker command talks to an
// engine.
func newPupil(b *testing.B, e *enginetest.Engine) pupil {
	b.Helper()
	home, err := os.MkdirTemp("", "naru-bench-") // not b.TempDir: it outlives one benchmark
	if err != nil {
		b.Fatal(err)
	}
	return pupil{home: home, env: append(e.Env(), "HOME="+home, "LANG=ko_KR.UTF-8", "DOCKER_BUILDKIT=0")}
}

// naru is the program with what was typed after its name.
func (p pupil) naru(b *testing.B, args ...string) process {
	b.Helper()
	return process{argv: append([]string{program(b, here())}, args...), env: p.env, dir: p.home}
}

// workspace is the pupil's folder for a lesson.
func (p pupil) workspace(lesson string) string { return filepath.Join(p.home, "naru", lesson) }

// play starts a lesson and does some of its steps as the course's own solutions
// have it, and answers their questions rightly.
func (p pupil) play(b *testing.B, lesson string, steps ...string) {
	b.Helper()
	course, err := lessons.Open(content.FS())
	if err != nil {
		b.Fatal(err)
	}
	l, err := course.Lesson(lesson, nil, lessons.Korean)
	if err != nil {
		b.Fatal(err)
	}
	p.naru(b, "start", lesson).run(b)
	for _, id := range steps {
		step := l.Step(id)
		if step == nil {
			b.Fatalf("the lesson %q has no step %q", lesson, id)
		}
		for _, block := range append(step.Runs, step.Solutions...) {
			p.do(b, lesson, block)
		}
		for _, q := range step.Quizzes {
			answer := []string{"answer", "--step", lesson + "/" + id, q.ID}
			for i, o := range q.Options {
				if o.Right {
					answer = append(answer, strconv.Itoa(i+1))
				}
			}
			p.naru(b, answer...).run(b)
		}
		p.naru(b, "check", lesson+"/"+id).run(b)
	}
}

// do does what a block of a lesson says.
func (p pupil) do(b *testing.B, lesson string, block lessons.Block) {
	b.Helper()
	if block.File != "" {
		file := filepath.Join(p.workspace(lesson), block.File)
		if err := os.WriteFile(file, []byte(block.Text), 0o644); err != nil {
			b.Fatal(err)
		}
		return
	}
	cmd := exec.CommandContext(b.Context(), "bash", "-c", strings.Join(lessons.Commands(block), "\n"))
	cmd.Env, cmd.Dir = p.env, p.workspace(lesson)
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%s, line %d: %v:\n%s", block.Position.File, block.Line, err, out)
	}
}

// played is a pupil on the shared engine who has done the steps that are
// checked.
func played(b *testing.B) (pupil, *enginetest.Engine) {
	b.Helper()
	e := enginetest.Shared(b)
	if playing.home != "" {
		return playing, e
	}
	e.Load(b, imagestest.Archives(b, "busybox:1.37", "node:24-alpine")...)
	p := newPupil(b, e)
	p.play(b, "containers", "environment", "twins")
	p.play(b, "volumes", "keep", "share")
	p.play(b, "dockerfile", "full", "cache")
	playing = p
	return p, e
}

// playing is who has played on the shared engine already: nobody while its home
// is empty.
var playing pupil
