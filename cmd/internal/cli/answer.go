package cli

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/naru-lab/naru/cmd/internal/play"
	"github.com/naru-lab/naru/lessons/ansi"
)

type answerOptions struct {
	app  *app
	step string
	args []string
}

func newAnswerCmd(a *app) *cobra.Command {
	o := &answerOptions{app: a}
	cmd := a.command("answer [QUESTION] ANSWER...", func(_ *cobra.Command, args []string) error {
		o.args = args
		return runAnswer(o)
	})
	cmd.Args = cobra.ArbitraryArgs
	cmd.Flags().StringVar(&o.step, "step", "", a.say("flag.step"))
	_ = cmd.RegisterFlagCompletionFunc("step", a.completeSteps(true)) // fails only for a flag that isn't there
	return cmd
}

func runAnswer(o *answerOptions) error {
	a := o.app
	if len(o.args) == 0 {
		return &usageError{errors.New(a.say("error.answer-what"))}
	}
	p, at, err := a.place([]string{o.step})
	if err != nil {
		return err
	}
	return a.answer(p, at, o.args)
}

// answer gives an answer to a question of a step: its name and the answer, or
// the answer alone where the step asks one question only, or one that is not
// answered yet.
func (a *app) answer(p *play.Player, at play.Place, words []string) error {
	questions, err := p.Questions(at)
	if err != nil {
		return err
	}
	q, words, err := a.question(questions, words)
	if err != nil {
		return err
	}
	if q.Quiz == nil {
		if err := p.AnswerText(at, q.ID, strings.Join(words, " ")); err != nil {
			return err
		}
		fmt.Fprintln(a.sys.Stdout, a.how("quiz.noted"))
		return nil
	}
	chosen, ok := choices(words)
	if !ok {
		return &play.NoAnswerError{Question: q.ID, Options: len(q.Quiz.Options), Multiple: q.Quiz.Multiple}
	}
	reply, err := p.Answer(at, q.ID, chosen)
	if err != nil {
		return err
	}
	a.writeReply(a.sys.Stdout, reply)
	return nil
}

// question finds which question is answered.
func (a *app) question(questions []play.Question, words []string) (play.Question, []string, error) {
	if len(questions) == 0 {
		return play.Question{}, nil, &usageError{errors.New(a.say("error.answer-none"))}
	}
	var open []play.Question
	var names []string
	for _, q := range questions {
		if len(words) > 1 && q.ID == words[0] {
			return q, words[1:], nil
		}
		if !q.Done {
			open = append(open, q)
		}
		names = append(names, q.ID)
	}
	switch {
	case len(questions) == 1:
		return questions[0], words, nil
	case len(open) == 1:
		return open[0], words, nil
	}
	return play.Question{}, nil, &usageError{errors.New(a.say("error.answer-which", "Questions", strings.Join(names, ", ")))}
}

// writeReply shows what an answer brings: right or not, and the reply to each
// option that was chosen.
func (a *app) writeReply(w io.Writer, r *play.Reply) {
	if r.Right {
		fmt.Fprintf(w, " %s %s\n", a.term.passSign(), a.say("quiz.right"))
	} else {
		fmt.Fprintf(w, " %s %s\n", a.term.nearSign(), a.say("quiz.wrong"))
	}
	for _, o := range r.Options {
		text := ansi.Inline(o.Reply.In(a.lang), ansi.Options{Width: a.term.width - 5, Color: a.term.color, ASCII: a.term.ascii, Lang: a.lang})
		for _, line := range strings.Split(text, "\n") {
			fmt.Fprintln(w, "     "+line)
		}
	}
}

// choices reads option numbers as a person counts them, from 1.
func choices(words []string) ([]int, bool) {
	var chosen []int
	for _, w := range words {
		for _, part := range strings.FieldsFunc(w, func(r rune) bool { return r == ',' }) {
			n, err := strconv.Atoi(part)
			if err != nil {
				return nil, false
			}
			chosen = append(chosen, n-1)
		}
	}
	return chosen, len(chosen) > 0
}
