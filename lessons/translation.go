package lessons

import (
	"slices"
	"strings"
)

// compare holds a translation against the original: the same steps in the same
// order, in each the same run blocks, quizzes, figures and number of hints.
func compare(original, theirs *page, errs *Errors) {
	ids := sectionIDs(original)
	if len(theirs.sections) == 0 && len(ids) > 0 {
		return // said already
	}
	for _, s := range theirs.sections {
		if s.id != "" && !slices.Contains(ids, s.id) {
			errs.add(s.Position, "%s has no step %q%s", original.file, s.id, didYouMean(s.id, ids))
		}
	}
	last := 0
	for _, s := range original.sections {
		t := theirs.section(s.id)
		switch {
		case s.id == "":
			continue
		case t == nil:
			errs.lacks(Position{theirs.file, max(last, theirs.first)}, "the step %q of %s:%d is missing", s.id, original.file, s.Line)
			continue
		case t.Line < last:
			errs.add(t.Position, "the step %q stands in another place than in %s:%d", s.id, original.file, s.Line)
		}
		last = max(last, t.Line)
		compareStep(s, t, errs)
	}
}

func sectionIDs(p *page) []string {
	ids := make([]string, len(p.sections))
	for i, s := range p.sections {
		ids[i] = s.id
	}
	return ids
}

func compareStep(s, t *section, errs *Errors) {
	checking := len(s.checks) > 0
	if len(s.hints) != len(t.hints) && (len(s.hints) == hintCount || !checking) {
		errs.lacks(t.Position, "the step %q has another number of hints (%d) than %s (%d)", t.id, len(t.hints), place(s.Position), len(s.hints))
	}
	compareRuns(s, t, errs)
	compareQuizzes(s, t, errs)
	var mine, theirs []string
	for _, f := range s.figures {
		mine = append(mine, f.Name)
	}
	for _, f := range t.figures {
		theirs = append(theirs, f.Name)
	}
	if !slices.Equal(mine, theirs) {
		errs.lacks(t.Position, "the step %q has other figures (%s) than %s (%s)", t.id, list(theirs), place(s.Position), list(mine))
	}
}

func compareRuns(s, t *section, errs *Errors) {
	if len(s.runs) != len(t.runs) {
		errs.lacks(t.Position, "the step %q has another number of run blocks (%d) than %s (%d)", t.id, len(t.runs), place(s.Position), len(s.runs))
		return
	}
	for i, mine := range s.runs {
		theirs := t.runs[i]
		if mine.File != theirs.File || mine.Lang != theirs.Lang {
			errs.add(theirs.Position, "the run block is %s, and %s in %s", describe(theirs), describe(mine), place(mine.Position))
			continue
		}
		want, got := runLines(mine), runLines(theirs)
		for j := range max(len(want), len(got)) {
			w, g := at(want, j), at(got, j)
			if w == g {
				continue
			}
			switch {
			case g == "":
				errs.add(theirs.Position, "the run block lacks %q of %s", w, place(mine.Position))
			case w == "":
				errs.add(theirs.Position, "the run block has %q, which %s has not", g, place(mine.Position))
			default:
				errs.add(theirs.Position, "the run block has %q where %s has %q", g, place(mine.Position), w)
			}
			break
		}
	}
}

// runLines are what must be the same in each language: the commands, or the
// lines of a file without its remarks.
func runLines(b Block) []string {
	if b.File == "" {
		return Commands(b)
	}
	return slices.DeleteFunc(strings.Split(b.Text, "\n"), isComment)
}

func describe(b Block) string {
	if b.File != "" {
		return b.Lang + " file=" + b.File
	}
	return b.Lang
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

func compareQuizzes(s, t *section, errs *Errors) {
	ids := make([]string, len(s.quizzes))
	for i, q := range s.quizzes {
		ids[i] = q.Name
	}
	find := func(list []question, id string) *question {
		for i := range list {
			if list[i].Name == id {
				return &list[i]
			}
		}
		return nil
	}
	for _, q := range t.quizzes {
		if find(s.quizzes, q.Name) == nil {
			errs.add(q.Position, "%s has no quiz %q%s", place(s.Position), q.Name, didYouMean(q.Name, ids))
		}
	}
	for _, q := range s.quizzes {
		other := find(t.quizzes, q.Name)
		switch {
		case other == nil:
			errs.lacks(t.Position, "the quiz %q of %s is missing", q.Name, place(q.Position))
		case len(other.Options) != len(q.Options):
			errs.lacks(other.Position, "the quiz %q has another number of options (%d) than %s (%d)", q.Name, len(other.Options), place(q.Position), len(q.Options))
		default:
			for i := range q.Options {
				if q.Options[i].Right != other.Options[i].Right {
					errs.add(other.Position, "option %d of the quiz %q is %s, and %s in %s", i+1, q.Name,
						rightness(other.Options[i].Right), rightness(q.Options[i].Right), place(q.Position))
				}
			}
		}
	}
}

func rightness(right bool) string {
	if right {
		return "right"
	}
	return "wrong"
}

func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
