package checker

import (
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/naru-lab/naru/checker/messages"
)

// catalog is the checker's sentences, read when the first is said.
var catalog = sync.OnceValue(func() *messages.Catalog { return messages.New(messages.FS) })

// Say names the subject in a language: "컨테이너 writer", "볼륨 notes 안의
// /data/memo", "container writer". A language other than ko is English.
func (s Subject) Say(lang string) string {
	return s.say(lang, func(name string) string { return name })
}

// say is Say with the names shown in a way of their own.
func (s Subject) say(lang string, show func(string) string) string {
	id, name, in := "subject."+s.Kind, s.Name, ""
	if s.Kind == "container" && strings.Contains(s.Name, "=") {
		return saySelector(lang, s.Name, show)
	}
	if s.Kind == "path" {
		for _, kind := range []string{"volume", "container", "image"} {
			if path, holder, ok := strings.Cut(s.Name, " in "+kind+" "); ok {
				id, name, in = "subject.path-in-"+kind, path, holder
				break
			}
		}
	}
	return catalog().Say(lang, id, map[string]any{"Name": show(name), "In": show(in)})
}

// quoted shows a name as code.
func quoted(name string) string {
	if name == "" {
		return ""
	}
	return "`" + name + "`"
}

// Say says the finding in a language: what was wanted, what is there, why, and
// what comes nearest. Names and values are in backquotes, as in markdown. A
// language other than ko is English.
func (f Finding) Say(lang string) string {
	data := f.data(lang)
	sentences := []string{catalog().Say(lang, f.messageID(lang), data)}
	if f.told(lang) {
		sentences = []string{f.Note[lang], catalog().Say(lang, "found.any.told", data)}
	}
	if f.Detail != "" {
		sentences = append(sentences, catalog().Say(lang, "detail."+f.Detail, data))
	}
	// Where something merely stands in its place, it was named already.
	if f.Near.Why != "" && f.Near.Why != nearThere {
		sentences = append(sentences, catalog().Say(lang, "near."+f.Near.Why, data))
	}
	if f.Values["Log"] != "" && f.Detail != "health-log" && f.Subject.Kind != "output" {
		sentences = append(sentences, catalog().Say(lang, "detail.log", data))
	}
	if note := f.Note[lang]; note != "" && !f.told(lang) {
		sentences = append(sentences, note)
	}
	return joinSentences(lang, sentences)
}

// joinSentences puts sentences one after another, in English with a capital
// at the beginning of each.
func joinSentences(lang string, sentences []string) string {
	var b strings.Builder
	for _, s := range sentences {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		if strings.HasSuffix(b.String(), "`") {
			b.WriteByte('.')
		}
		if b.Len() > 0 && !strings.HasSuffix(b.String(), "\n") {
			b.WriteByte(' ')
		}
		first, size := utf8.DecodeRuneInString(s)
		if lang != "ko" {
			first = unicode.ToUpper(first)
		}
		b.WriteRune(first)
		b.WriteString(s[size:])
	}
	return strings.ReplaceAll(b.String(), " \n", "\n")
}

// data is what the finding's sentences can say.
func (f Finding) data(lang string) map[string]any {
	want, got := f.words(lang)
	data := map[string]any{
		"Subject": f.Subject.say(lang, quoted), "Label": f.label(lang), "Item": f.Item,
		"Want": want, "Got": got, "Near": "", "Age": f.age(lang),
	}
	if f.Near.Subject.Kind != "" {
		data["Near"] = f.Near.Subject.say(lang, quoted)
	}
	// What a sentence may name and this finding doesn't have.
	for _, name := range []string{"Script", "Limit", "Published", "Names", "Exposed"} {
		data[name] = ""
	}
	for name, value := range f.Values {
		if data[name] = value; name == "Stream" {
			data[name] = sayWord(lang, "stream", value)
		}
	}
	return data
}

// label is the field's name; the object itself has none.
func (f Finding) label(lang string) string {
	id := "label." + f.Field
	if !catalog().Has(lang, id) {
		return ""
	}
	return catalog().Say(lang, id, nil)
}

// messageID finds the nearest sentence: for this field and reason, for the
// subject, or for any.
func (f Finding) messageID(lang string) string {
	for _, field := range []string{f.Field, f.Subject.Kind} {
		if id := "found." + field + "." + string(f.Reason); catalog().Has(lang, id) && (field == f.Field || f.Field == f.Subject.Kind) {
			return id
		}
	}
	switch {
	case f.isSwitch() && f.Want == "true":
		return "found.any.on"
	case f.isSwitch():
		return "found.any.off"
	}
	return "found.any." + string(f.Reason)
}

// age is how long ago the nearest thing came to be, when it was looked at.
func (f Finding) age(lang string) string {
	if f.Near.Since.IsZero() || f.Taken.IsZero() {
		return ""
	}
	return catalog().Age(lang, f.Taken.Sub(f.Near.Since))
}

// WantLabel is a line that says what was wanted, "있어야 할 것: notes:/data";
// empty where that is not to be said, or the sentence says it all.
func (f Finding) WantLabel(lang string) string {
	want, _ := f.compared(lang)
	return f.labelled(lang, "line.want", "Want", want)
}

// GotLabel is a line that says what is there; empty as WantLabel is, and when
// nothing is.
func (f Finding) GotLabel(lang string) string {
	_, got := f.compared(lang)
	return f.labelled(lang, "line.got", "Got", got)
}

// NearLabel is a line that names the nearest thing there is, with its age;
// empty when nothing comes near.
func (f Finding) NearLabel(lang string) string {
	if f.Near.Subject.Kind == "" {
		return ""
	}
	return catalog().Say(lang, "line.near", map[string]any{"Near": f.Near.Subject.Say(lang), "Age": f.age(lang)})
}

func (f Finding) labelled(lang, id, name, value string) string {
	if value == "" {
		return ""
	}
	return catalog().Say(lang, id, map[string]any{name: value})
}

// SayAge says in a language how long before now a time was: "40초 전",
// "40 s ago". It is empty for the zero time.
func SayAge(lang string, t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	return catalog().Age(lang, now.Sub(t))
}
