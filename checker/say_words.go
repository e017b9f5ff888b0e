package checker

import (
	"regexp"
	"strings"
	"sync"
)

// selectorPart finds the parts of a selector as String shows it.
var selectorPart = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:^| )(name|image|label|network|service|project)=`)
})

// saySelector names the containers that a selector fits: "container of the
// image hello-world".
func saySelector(lang, selector string, show func(string) string) string {
	at := selectorPart().FindAllStringSubmatchIndex(selector, -1)
	form := "part."
	if len(at) == 1 {
		form = "only."
	}
	said := ""
	for n, m := range at {
		end := len(selector)
		if n+1 < len(at) {
			end = at[n+1][0]
		}
		part := catalog().Say(lang, "selector."+form+selector[m[2]:m[3]], map[string]any{"Value": show(selector[m[1]:end])})
		if said == "" {
			said = part
		} else {
			said = catalog().Say(lang, "selector.and", map[string]any{"First": said, "Then": part})
		}
	}
	if len(at) == 1 {
		return said
	}
	return catalog().Say(lang, "subject.containers", map[string]any{"Name": said})
}

// words are what was wanted and what is there as they are said: in the words
// of the language where the vocabulary has a word of its own for it.
func (f Finding) words(lang string) (want, got string) {
	want, got = f.Want, f.Got
	switch {
	case f.Field == "path.type" || f.Field == "dockerfile" && f.Reason == Different:
		return sayType(lang, want), sayType(lang, got)
	case f.Field == "path.same_as":
		return Subject{"path", want}.say(lang, quoted), got
	case f.Field == "container.ran":
		return strings.TrimPrefix(want, "exited "), sayState(lang, got)
	case f.Field == "container.state":
		return sayState(lang, want), sayState(lang, got)
	case f.Field == "path" && catalog().Has(lang, "type."+want):
		return sayType(lang, want), got
	case f.Field == f.Subject.Kind || f.Subject.Kind == "host": // the object itself
		return sayState(lang, want), sayState(lang, got)
	case f.Reason == NotRunning || f.Reason == Failed: // of the container that should do it
		return want, sayState(lang, got)
	case f.Field == "container.health":
		return sayWord(lang, "health", want), sayWord(lang, "health", got)
	case f.Field == "dockerfile.form":
		return sayWord(lang, "form", want), got
	case f.Field == "image.user_not_root":
		return sayWord(lang, "user", strings.ReplaceAll(want, " ", "-")), got
	}
	return want, got
}

// compared are want and got for two lines to be held against each other; none
// where that would say nothing that the sentence doesn't.
func (f Finding) compared(lang string) (want, got string) {
	want, got = f.words(lang)
	if f.Field == "container.ran" {
		want = sayState(lang, f.Want)
	}
	if want == got || isNumber(want) && isNumber(got) || f.Reason == Present || f.Reason == Extra || f.isSwitch() || f.told(lang) {
		return "", ""
	}
	return want, got
}

// isSwitch reports whether something must be on, and is off, or the other way.
func (f Finding) isSwitch() bool {
	return f.Reason == Different && (f.Want == "true" && f.Got == "false" || f.Want == "false" && f.Got == "true")
}

// sayState says a container's state: "running", "exited 1".
func sayState(lang, state string) string {
	name, code, coded := strings.Cut(state, " ")
	said := sayWord(lang, "state", name)
	if coded {
		return catalog().Say(lang, "state.with-code", map[string]any{"State": said, "Code": code})
	}
	return said
}

// sayWord says a word of the vocabulary; a word that isn't one stays.
func sayWord(lang, of, word string) string {
	if id := of + "." + word; word != "" && catalog().Has(lang, id) {
		return catalog().Say(lang, id, nil)
	}
	return word
}

// sayType names what a path is.
func sayType(lang, kind string) string {
	if kind == "other" {
		kind = "special" // "other" has a meaning of its own in a catalogue
	}
	return catalog().Say(lang, "type."+kind, nil)
}

// told reports whether the author's own sentence says what was wanted better
// than the check itself: nobody wants to read a regular expression.
func (f Finding) told(lang string) bool {
	return f.Note[lang] != "" && strings.HasSuffix(f.Field, ".matches")
}
