// Package messages holds the sentences that people read, in Korean and in
// English, and says them.
//
// A catalogue is two files, ko.yaml and en.yaml, each a tree of ids and
// sentences. A sentence is a Go text template; besides its values it has
//
//	{{.Name | josa "을/를"}}  the value with the Korean particle that its last sound asks for
//	{{.Name | code}}          the value as code, `so`; many lines as a block of their own
//
// which work together: {{.Name | code | josa "이/가"}}.
package messages

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
	"text/template"
	"text/template/parse"
	"time"
)

// FS holds the checker's own sentences: ko.yaml and en.yaml.
//
//go:embed ko.yaml en.yaml
var FS embed.FS

// Languages are the languages that a catalogue must have, the original first.
var languages = []string{"ko", "en"}

// Languages lists the languages that a catalogue has, the original first.
func Languages() []string { return slices.Clone(languages) }

// Catalog is the sentences of one part of the program. A language is read when
// its first sentence is asked for. It is safe for concurrent use.
type Catalog struct {
	fsys fs.FS
	mu   sync.Mutex
	read map[string]*spoken
}

// spoken is one language of a catalogue.
type spoken struct {
	src   string
	texts map[string]string // by id
	err   error
}

// New makes a catalogue of the ko.yaml and en.yaml in fsys.
func New(fsys fs.FS) *Catalog {
	return &Catalog{fsys: fsys, read: map[string]*spoken{}}
}

// Say says the sentence of an id with its values. An id that isn't there, or a
// sentence that can't be said, is given back as the id itself. A language
// other than ko is English.
func (c *Catalog) Say(lang, id string, data map[string]any) string {
	text, ok := c.language(lang).texts[id]
	if !ok {
		return id
	}
	said, err := say(text, data)
	if err != nil {
		return id
	}
	return strings.TrimSpace(said)
}

// say fills in a sentence's values.
func say(text string, data map[string]any) (string, error) {
	if !strings.Contains(text, "{{") {
		return text, nil
	}
	t, err := template.New("").Funcs(funcs).Parse(text)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	err = t.Execute(&b, data)
	return b.String(), err
}

// Has reports whether a language has a sentence.
func (c *Catalog) Has(lang, id string) bool {
	_, ok := c.language(lang).texts[id]
	return ok
}

// IDs lists the ids that a language has, sorted.
func (c *Catalog) IDs(lang string) []string {
	return slices.Sorted(maps.Keys(c.language(lang).texts))
}

// Age says how long ago something was: "40초 전", "40 s ago". What lies in the
// future is now: two clocks never agree.
func (c *Catalog) Age(lang string, ago time.Duration) string {
	n := func(unit time.Duration) map[string]any { return map[string]any{"N": int(ago / unit)} }
	switch {
	case ago < 5*time.Second:
		return c.Say(lang, "age.now", nil)
	case ago < time.Minute:
		return c.Say(lang, "age.seconds", n(time.Second))
	case ago < time.Hour:
		return c.Say(lang, "age.minutes", n(time.Minute))
	case ago < 48*time.Hour:
		return c.Say(lang, "age.hours", n(time.Hour))
	default:
		return c.Say(lang, "age.days", n(24*time.Hour))
	}
}

// Check reports what is wrong with a catalogue: a file that can't be read, an
// id that one language lacks, a value that only one language uses, a sentence
// that is no template, a file that isn't the YAML it looks like. It is for tests.
func (c *Catalog) Check() error {
	var errs []error
	for _, lang := range languages {
		s := c.language(lang)
		if s.err != nil {
			errs = append(errs, s.err)
		} else if err := agree(s.src, s.texts); err != nil {
			errs = append(errs, fmt.Errorf("reading messages in %s.yaml: %w", lang, err))
		}
	}
	ko, en := c.language("ko").texts, c.language("en").texts
	for _, id := range slices.Sorted(maps.Keys(ko)) {
		if _, ok := en[id]; !ok {
			errs = append(errs, fmt.Errorf("en.yaml lacks %q", id))
			continue
		}
		inKo, err := values(ko[id])
		if err != nil {
			errs = append(errs, fmt.Errorf("reading ko.yaml, %q: %w", id, err))
		}
		inEn, err := values(en[id])
		if err != nil {
			errs = append(errs, fmt.Errorf("reading en.yaml, %q: %w", id, err))
		}
		if !slices.Equal(inKo, inEn) {
			errs = append(errs, fmt.Errorf("%q uses the values %v in ko.yaml and %v in en.yaml", id, inKo, inEn))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(en)) {
		if _, ok := ko[id]; !ok {
			errs = append(errs, fmt.Errorf("ko.yaml lacks %q", id))
		}
	}
	return errors.Join(errs...)
}

// language reads a language once.
func (c *Catalog) language(lang string) *spoken {
	if lang != "ko" {
		lang = "en"
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.read[lang]; s != nil {
		return s
	}
	s := &spoken{}
	c.read[lang] = s
	src, err := fs.ReadFile(c.fsys, lang+".yaml")
	if err == nil {
		s.src = string(src)
		s.texts, err = read(s.src)
	}
	if err != nil {
		s.err = fmt.Errorf("reading messages in %s.yaml: %w", lang, err)
	}
	return s
}

// funcs is what sentences can do with their values.
var funcs = template.FuncMap{"josa": josa, "code": code}

// code shows a value as code: in backquotes, or as a block where it has many
// lines.
func code(v any) string {
	s := fmt.Sprint(v)
	switch {
	case s == "":
		return ""
	case strings.Contains(s, "\n"):
		return "\n    " + strings.ReplaceAll(s, "\n", "\n    ") + "\n"
	case strings.Contains(s, "`"):
		return "`` " + s + " ``"
	}
	return "`" + s + "`"
}

// values lists the values that a sentence uses, sorted.
func values(text string) ([]string, error) {
	t, err := template.New("").Funcs(funcs).Parse(text)
	if err != nil {
		return nil, err
	}
	found := map[string]bool{}
	if t.Tree != nil {
		collect(t.Root, found)
	}
	return slices.Sorted(maps.Keys(found)), nil
}

func collect(n parse.Node, found map[string]bool) {
	switch n := n.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, c := range n.Nodes {
				collect(c, found)
			}
		}
	case *parse.ActionNode:
		collect(n.Pipe, found)
	case *parse.IfNode:
		collect(n.Pipe, found)
		collect(n.List, found)
		collect(n.ElseList, found)
	case *parse.PipeNode:
		for _, c := range n.Cmds {
			for _, a := range c.Args {
				collect(a, found)
			}
		}
	case *parse.FieldNode:
		found[n.Ident[0]] = true
	}
}
