package checker

import (
	"path"
	"slices"
	"strings"

	"github.com/naru-lab/naru/checker/engine"
)

// isShell reports whether a word is a shell's name.
func isShell(word string) bool {
	switch path.Base(word) {
	case "sh", "ash", "bash", "dash":
		return true
	}
	return false
}

// sameWords compares commands by what they run. A command that was written as
// a text also fits a shell that is given just that text: `sh -c "node app.js"`
// runs node app.js. A shell is the same with and without its directory.
func sameWords(want argv, have []string) bool {
	if slices.Equal(want.words, have) {
		return true
	}
	if len(want.words) > 1 && len(want.words) == len(have) && isShell(want.words[0]) && isShell(have[0]) &&
		path.Base(want.words[0]) == path.Base(have[0]) && slices.Equal(want.words[1:], have[1:]) {
		return true
	}
	if !want.text || len(have) != 3 || !isShell(have[0]) || have[1] != "-c" {
		return false
	}
	if strings.Join(strings.Fields(have[2]), " ") == strings.Join(strings.Fields(want.source), " ") {
		return true
	}
	if strings.ContainsAny(have[2], "|&;<>$`(){}*?") {
		return false // the shell does more than start it
	}
	words, err := splitWords(strings.TrimPrefix(have[2], "exec "))
	return err == nil && slices.Equal(want.words, words)
}

// whole is everything that is run: the entrypoint, then the command.
func whole(entrypoint, command []string) []string {
	return slices.Concat(entrypoint, command)
}

// judgeCommand judges a container's entrypoint and command by their effect:
// where the words are divided otherwise, the whole line decides.
func (v *view) judgeCommand(r *verdict, s Subject, spec *containerSpec, c *engine.Container) {
	line := whole(c.Entrypoint, c.Command)
	switch {
	case spec.Entrypoint != nil && spec.Command != nil:
		both := argv{words: whole(spec.Entrypoint.words, spec.Command.words)}
		if sameWords(both, line) || sameWords(*spec.Entrypoint, c.Entrypoint) && sameWords(*spec.Command, c.Command) {
			return
		}
	case spec.Entrypoint != nil:
		e := spec.Entrypoint.words
		if sameWords(*spec.Entrypoint, c.Entrypoint) || len(e) > 0 && len(line) >= len(e) && slices.Equal(e, line[:len(e)]) {
			return
		}
	case spec.Command != nil:
		if sameWords(*spec.Command, line) {
			return
		}
		if sameWords(*spec.Command, c.Command) {
			v.judgeForeignEntrypoint(r, s, c)
			return
		}
		// The words may stand in --entrypoint, after the image's own.
		if i, known := v.image(c.ImageID); known && i != nil {
			if slices.Equal(whole(i.Entrypoint, spec.Command.words), line) {
				return
			}
		}
	}
	if spec.Entrypoint != nil && !sameWords(*spec.Entrypoint, c.Entrypoint) {
		r.add(s, "container.entrypoint", differs(c.Entrypoint), spec.Entrypoint.String(), joinWords(c.Entrypoint))
	}
	if spec.Command != nil && !sameWords(*spec.Command, c.Command) {
		f := r.add(s, "container.command", differs(c.Command), spec.Command.String(), joinWords(c.Command))
		if slices.Equal(spec.Command.words, c.Entrypoint) {
			f.explain("in-entrypoint")
		}
	}
}

// judgeForeignEntrypoint judges that the command is given to what the image
// gives it to: behind another entrypoint the same words are something else.
func (v *view) judgeForeignEntrypoint(r *verdict, s Subject, c *engine.Container) {
	if len(c.Entrypoint) == 0 {
		return
	}
	i, known := v.image(c.ImageID)
	if !known || i == nil || slices.Equal(i.Entrypoint, c.Entrypoint) {
		return
	}
	if len(i.Entrypoint) == 0 {
		r.add(s, "container.entrypoint", Extra, joinWords(c.Entrypoint), "")
		return
	}
	r.add(s, "container.entrypoint", Different, joinWords(i.Entrypoint), joinWords(c.Entrypoint))
}

// differs is the reason for a value that isn't the wanted one.
func differs(have []string) Reason {
	if len(have) == 0 {
		return Missing
	}
	return Different
}
