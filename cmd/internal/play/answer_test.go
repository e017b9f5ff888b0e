package play_test

import (
	"errors"
	"testing"

	"github.com/naru-lab/naru/checker"
	"github.com/naru-lab/naru/cmd/internal/play"
	"github.com/naru-lab/naru/lessons"
)

func TestQuizzes(t *testing.T) {
	p := opened(t, newFake())
	think := at("volumes", "think")
	o := checked(t, p, think)
	if o.Passed() || len(o.Report.Results) != 2 || o.Report.First().Findings[0].Reason != checker.Missing || o.Engine != nil {
		t.Errorf("unanswered: %+v", o)
	}
	answer := func(quiz string, want bool, choices ...int) *play.Reply {
		t.Helper()
		r, err := p.Answer(think, quiz, choices)
		if err != nil {
			t.Fatal(err)
		}
		if r.Right != want || len(r.Options) != len(r.Chosen) {
			t.Errorf("%s %v: %+v", quiz, choices, r)
		}
		return r
	}
	if r := answer("where", false, 2); r.Options[0].Reply[lessons.Korean] != "아니에요" {
		t.Errorf("reply %q", r.Options[0].Reply)
	}
	if o := checked(t, p, think); o.Report.First().Findings[0].Reason != checker.Wrong {
		t.Errorf("answered wrongly: %+v", o.Report)
	}
	answer("where", true, 1)
	answer("which", false, 0)
	answer("which", false, 0, 1, 2)
	answer("which", true, 2, 0, 2)
	if o := checked(t, p, think); !o.Passed() || !o.Recorded {
		t.Errorf("answered: %+v", o.Report)
	}
	for _, tt := range []struct {
		quiz    string
		choices []int
	}{{"where", nil}, {"where", []int{0, 1}}, {"where", []int{3}}, {"where", []int{-1}}, {"which", []int{0, 9}}} {
		var refused *play.NoAnswerError
		if _, err := p.Answer(think, tt.quiz, tt.choices); !errors.As(err, &refused) {
			t.Errorf("%s %v: %v", tt.quiz, tt.choices, err)
		}
	}
	var unknown *play.UnknownError
	if _, err := p.Answer(think, "wher", []int{0}); !errors.As(err, &unknown) || unknown.Near != "where" {
		t.Errorf("unknown question: %v", err)
	}
	questions, err := p.Questions(think)
	if err != nil || len(questions) != 2 || !questions[0].Done || questions[0].Quiz == nil {
		t.Errorf("questions: %+v, %v", questions, err)
	}
}

func TestOpenQuestions(t *testing.T) {
	p := opened(t, newFake())
	kernel := at("volumes", "kernel")
	questions, err := p.Questions(kernel)
	if err != nil || len(questions) != 1 || questions[0].ID != "release" || questions[0].Quiz != nil || questions[0].Done {
		t.Errorf("questions: %+v, %v", questions, err)
	}
	if o := checked(t, p, kernel); o.Passed() {
		t.Error("passed unanswered")
	}
	for answer, want := range map[string]bool{"5.10": false, " 6.1 ": true} {
		if err := p.AnswerText(kernel, "release", answer); err != nil {
			t.Fatal(err)
		}
		if o := checked(t, p, kernel); o.Passed() != want {
			t.Errorf("answer %q: passed %v", answer, o.Passed())
		}
		if want {
			break
		}
	}
	var unknown *play.UnknownError
	if err := p.AnswerText(kernel, "x", "6.1"); !errors.As(err, &unknown) {
		t.Errorf("unknown question: %v", err)
	}
}

func TestStepThatOnlyTells(t *testing.T) {
	p := opened(t, nil)
	if o := checked(t, p, at("containers", "first")); !o.Passed() || o.Asks || o.Recorded {
		t.Errorf("%+v", o)
	}
}

func TestHintsAndSolution(t *testing.T) {
	p := opened(t, newFake())
	for _, want := range []int{1, 2, 3, 3} {
		h, err := p.Hint(at("volumes", "keep"))
		if err != nil || h.N != want || h.Total != 3 || h.Body.In(lessons.English).IsEmpty() {
			t.Errorf("hint %+v, %v; want number %d", h, err, want)
		}
	}
	if h, err := p.Hint(at("volumes", "end")); err != nil || h.Total != 0 {
		t.Errorf("hint of a step without: %+v, %v", h, err)
	}
	s, err := p.Solution(at("volumes", "keep"))
	if err != nil || len(s.Blocks) != 1 {
		t.Errorf("solution %+v, %v", s, err)
	}
	progress, err := p.Progress()
	if err != nil {
		t.Fatal(err)
	}
	if of := progress.Of("volumes").Of("keep"); of.Hints != 3 || !of.Revealed {
		t.Errorf("progress %+v", of)
	}
}
