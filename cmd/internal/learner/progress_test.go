package learner_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/naru-lab/naru/checker"
	"github.com/naru-lab/naru/cmd/internal/learner"
)

func TestDerive(t *testing.T) {
	at := func(n int) time.Time { return time.Unix(int64(n), 0).UTC() }
	n := 0
	rec := func(kind learner.Kind, step string, more ...func(*learner.Record)) learner.Record {
		n++
		r := learner.Record{Time: at(n), Course: "naru", Lesson: "volumes", LessonVersion: "v1", Kind: kind, Step: step}
		for _, f := range more {
			f(&r)
		}
		return r
	}
	version := func(v string) func(*learner.Record) { return func(r *learner.Record) { r.LessonVersion = v } }

	t.Run("older version stays passed", func(t *testing.T) {
		p := learner.Derive("naru", []learner.Record{rec(learner.Passed, "keep")})
		s := p.Of("volumes").Of("keep")
		if !s.Passed() || !s.PassedVersion("v1") || s.PassedVersion("v2") {
			t.Errorf("%+v", s)
		}
	})
	t.Run("passed once for each version", func(t *testing.T) {
		p := learner.Derive("naru", []learner.Record{
			rec(learner.Passed, "keep"), rec(learner.Passed, "keep"), rec(learner.Passed, "keep", version("v2")),
		})
		if got := len(p.Of("volumes").Of("keep").Passes); got != 2 {
			t.Errorf("%d passes, want 2", got)
		}
	})
	t.Run("tries count up to the first pass", func(t *testing.T) {
		p := learner.Derive("naru", []learner.Record{
			rec(learner.Tried, "keep"), rec(learner.Tried, "keep"), rec(learner.Passed, "keep"), rec(learner.Tried, "keep"),
		})
		if got := p.Of("volumes").Of("keep").Tries; got != 2 {
			t.Errorf("%d tries, want 2", got)
		}
	})
	t.Run("hints, solution and answers", func(t *testing.T) {
		level := func(l int) func(*learner.Record) { return func(r *learner.Record) { r.Level = l } }
		answer := func(right bool, c ...int) func(*learner.Record) {
			return func(r *learner.Record) { r.Question, r.Choices, r.Right = "q", c, right }
		}
		p := learner.Derive("naru", []learner.Record{
			rec(learner.Hinted, "keep", level(2)), rec(learner.Hinted, "keep", level(1)), rec(learner.Solution, "keep"),
			rec(learner.Answered, "keep", answer(false, 1)), rec(learner.Answered, "keep", answer(true, 0)),
		})
		s := p.Of("volumes").Of("keep")
		if s.Hints != 2 || !s.Revealed || !s.Answers["q"].Right {
			t.Errorf("%+v", s)
		}
	})
	t.Run("starting again keeps the first start", func(t *testing.T) {
		start := func(session, engine, port string) func(*learner.Record) {
			return func(r *learner.Record) {
				r.Session, r.Engine, r.Params = session, engine, map[string]string{"port": port}
			}
		}
		first := rec(learner.Started, "", start("s1", "e1", "1"))
		p := learner.Derive("naru", []learner.Record{first, rec(learner.Started, "", start("s2", "e2", "2"), version("v2"))})
		l := p.Of("volumes")
		if l.Started != first.Time || l.Session != "s1" || l.Engine != "e2" || l.Params["port"] != "2" || l.Version != "v2" {
			t.Errorf("%+v", l)
		}
	})
	t.Run("reset begins anew", func(t *testing.T) {
		left := []learner.Object{{Kind: "volume", Name: "notes", ID: "1", Why: learner.Used, By: []string{"mine"}}}
		p := learner.Derive("naru", []learner.Record{
			rec(learner.Started, ""), rec(learner.At, "keep"), rec(learner.Passed, "keep"),
			rec(learner.Reset, "", func(r *learner.Record) { r.Left = left }),
		})
		l := p.Of("volumes")
		if l.IsStarted() || l.Of("keep").Passed() || l.Step != "" || p.Step != "" || p.Lesson != "volumes" {
			t.Errorf("%+v", l)
		}
		if diff := cmp.Diff(left, l.Left); diff != "" {
			t.Errorf("left (-want +got):\n%s", diff)
		}
	})
	t.Run("another lesson's reset leaves the place", func(t *testing.T) {
		p := learner.Derive("naru", []learner.Record{
			rec(learner.At, "keep"), {Course: "naru", Lesson: "containers", Kind: learner.Reset},
		})
		if p.Lesson != "volumes" || p.Step != "keep" {
			t.Errorf("%+v", p)
		}
	})
	t.Run("unknown kinds and courses", func(t *testing.T) {
		p := learner.Derive("naru", []learner.Record{
			rec("celebrated", "keep"),
			{Course: "mine", Lesson: "volumes", Kind: learner.Passed, Step: "keep"},
			rec(learner.Passed, ""),
		})
		if p.Of("volumes").Of("keep").Passed() || len(p.Of("volumes").Steps) != 0 {
			t.Errorf("%+v", p.Of("volumes"))
		}
	})
	t.Run("evidence of one engine", func(t *testing.T) {
		pass := func(step, engine, id string) learner.Record {
			return rec(learner.Passed, step, func(r *learner.Record) {
				r.Engine, r.Evidence = engine, []checker.Evidence{{Kind: "container", Name: "web", ID: id}}
			})
		}
		l := learner.Derive("naru", []learner.Record{
			pass("one", "e", "A"), pass("two", "other", "B"), pass("three", "e", "C"), pass("four", "e", "D"),
		}).Of("volumes")
		want := []checker.Evidence{
			{Step: "one", Kind: "container", Name: "web", ID: "A"}, {Step: "three", Kind: "container", Name: "web", ID: "C"},
		}
		if diff := cmp.Diff(want, l.Evidence("e", "one", "two", "none", "three")); diff != "" {
			t.Errorf("evidence (-want +got):\n%s", diff)
		}
	})
}
