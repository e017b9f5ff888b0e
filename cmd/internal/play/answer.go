package play

import (
	"slices"
	"strconv"
	"strings"

	"github.com/naru-lab/naru/checker"
	"github.com/naru-lab/naru/cmd/internal/learner"
	"github.com/naru-lab/naru/lessons"
)

// answerKind is the kind of the checks' subject that is a question.
const answerKind = "answer"

// Questions gives what a step asks, its quizzes first, then the open questions
// that its checks name.
func (p *Player) Questions(place Place) ([]Question, error) {
	_, step, progress, err := p.at(place)
	if err != nil {
		return nil, err
	}
	answers := progress.Of(step.ID).Answers
	var all []Question
	for i := range step.Quizzes {
		q := &step.Quizzes[i]
		a := answers[q.ID]
		all = append(all, Question{ID: q.ID, Quiz: q, Choices: a.Choices, Done: a.Right})
	}
	open, err := openQuestions(step)
	if err != nil {
		return nil, err
	}
	for _, id := range open {
		a, answered := answers[id]
		all = append(all, Question{ID: id, Text: a.Text, Done: answered})
	}
	return all, nil
}

// openQuestions are the questions of a step's checks that are no quiz.
func openQuestions(s *lessons.Step) ([]string, error) {
	checks, err := parseChecks(s)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, c := range checks {
		if c.Subject.Kind == answerKind && s.Quiz(c.Subject.Name) == nil && !slices.Contains(ids, c.Subject.Name) {
			ids = append(ids, c.Subject.Name)
		}
	}
	return ids, nil
}

// Answer takes an answer to a quiz, in the place of an earlier one, and gives
// the reply to it. choices are the options' places, from 0, in any order; what
// can't be an answer is a *NoAnswerError.
func (p *Player) Answer(place Place, quiz string, choices []int) (*Reply, error) {
	lesson, step, err := p.Step(place)
	if err != nil {
		return nil, err
	}
	q := step.Quiz(quiz)
	if q == nil {
		return nil, unknownQuestion(step, quiz)
	}
	reply := &Reply{Quiz: q, Chosen: slices.Compact(slices.Sorted(slices.Values(choices)))}
	refused := len(reply.Chosen) == 0 || len(reply.Chosen) > 1 && !q.Multiple
	for _, c := range reply.Chosen {
		if refused = refused || c < 0 || c >= len(q.Options); refused {
			break
		}
		reply.Options = append(reply.Options, q.Options[c])
	}
	if refused {
		return nil, &NoAnswerError{Question: quiz, Options: len(q.Options), Multiple: q.Multiple}
	}
	reply.Right = right(q, reply.Chosen)
	r := p.record(lesson, step, learner.Answered)
	r.Question, r.Choices, r.Right = quiz, reply.Chosen, reply.Right
	if err := p.store.Append(r); err != nil {
		return nil, err
	}
	return reply, nil
}

// right reports whether exactly the right options were chosen.
func right(q *lessons.Quiz, chosen []int) bool {
	for i, o := range q.Options {
		if o.Right != slices.Contains(chosen, i) {
			return false
		}
	}
	return true
}

// AnswerText takes an answer to an open question, in the place of an earlier
// one. Whether it is right the step's check tells.
func (p *Player) AnswerText(place Place, question, text string) error {
	lesson, step, err := p.Step(place)
	if err != nil {
		return err
	}
	open, err := openQuestions(step)
	if err != nil {
		return err
	}
	if !slices.Contains(open, question) {
		return unknownQuestion(step, question)
	}
	r := p.record(lesson, step, learner.Answered)
	r.Question, r.Text = question, strings.TrimSpace(text)
	return p.store.Append(r)
}

// unknownQuestion is the error for a question that a step doesn't ask.
func unknownQuestion(s *lessons.Step, id string) error {
	ids, _ := openQuestions(s)
	for _, q := range s.Quizzes {
		ids = append(ids, q.ID)
	}
	return &UnknownError{Arg: id, Kind: "question", Near: nearest(id, ids)}
}

// answers are a step's answers as checks see them: the words given to an open
// question, the options' numbers, from 1, chosen in a quiz.
func answers(s *learner.StepProgress) map[string]string {
	given := make(map[string]string, len(s.Answers))
	for id, a := range s.Answers {
		if len(a.Choices) == 0 {
			given[id] = a.Text
			continue
		}
		numbers := make([]string, len(a.Choices))
		for i, c := range a.Choices {
			numbers[i] = strconv.Itoa(c + 1)
		}
		given[id] = strings.Join(numbers, ",")
	}
	return given
}

// judgeQuizzes is the verdict on a step's quizzes, as if each were a check. A
// quiz that was answered right in an earlier version of the lesson stays so.
func judgeQuizzes(s *lessons.Step, progress *learner.StepProgress) []checker.Result {
	var results []checker.Result
	for _, q := range s.Quizzes {
		subject := checker.Subject{Kind: answerKind, Name: q.ID}
		r := checker.Result{Subject: subject, Passed: true}
		a, answered := progress.Answers[q.ID]
		if !a.Right {
			f := checker.Finding{Subject: subject, Field: answerKind, Reason: checker.Missing}
			if answered {
				f.Reason, f.Got = checker.Wrong, answers(progress)[q.ID]
			}
			r.Passed, r.Findings = false, []checker.Finding{f}
		}
		results = append(results, r)
	}
	return results
}
