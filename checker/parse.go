package checker

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Issue is something wrong in a check as its author wrote it.
type Issue struct {
	Line    int // in the source given to Parse, from 1
	Message string
}

// String is the issue as a compiler would print it, without a file: "3: …".
func (i Issue) String() string { return fmt.Sprintf("%d: %s", i.Line, i.Message) }

// subjects makes an empty spec for each subject of the vocabulary, by the key
// that names it in a check.
var subjects = map[string]func() spec{
	"engine":     func() spec { return &engineSpec{} },
	"host":       func() spec { return &hostSpec{} },
	"container":  func() spec { return &containerSpec{} },
	"image":      func() spec { return &imageSpec{} },
	"volume":     func() spec { return &volumeSpec{} },
	"network":    func() spec { return &networkSpec{} },
	"path":       func() spec { return &pathSpec{} },
	"dockerfile": func() spec { return &dockerfileSpec{} },
	"http":       func() spec { return &httpSpec{} },
	"output":     func() spec { return &outputSpec{} },
	"answer":     func() spec { return &answerSpec{} },
}

// Subjects lists the subjects of the vocabulary, sorted.
func Subjects() []string { return sortedKeys(subjects) }

// maxSource bounds what Parse reads: a check block is a page, not a book.
const maxSource = 1 << 20

// Parse reads a list of checks, written in YAML as the package comment says.
// It reports everything that is wrong, each with its line, and returns the
// checks that are right.
func Parse(src []byte) ([]Check, []Issue) {
	if len(src) > maxSource {
		return nil, []Issue{{Line: 1, Message: "the checks are larger than 1 MiB"}}
	}
	if len(bytes.TrimSpace(src)) == 0 {
		return nil, []Issue{{Line: 1, Message: "there are no checks"}}
	}
	var doc yaml.Node
	if err := yaml.Load(src, &doc); err != nil {
		return nil, yamlIssues(err)
	}
	root := &doc
	if root.Kind == yaml.DocumentNode && len(root.Content) == 1 {
		root = root.Content[0]
	}
	d := &decoder{}
	if root.Kind != yaml.SequenceNode {
		d.errorf(root, "a check block is a list: each check starts with \"- \" and its subject, such as %q", "- container: web")
		return nil, d.issues
	}
	var checks []Check
	for _, item := range root.Content {
		if c, ok := d.check(item); ok {
			checks = append(checks, c)
		}
	}
	slices.SortStableFunc(d.issues, func(a, b Issue) int { return a.Line - b.Line })
	return checks, d.issues
}

// check reads one item of the list.
func (d *decoder) check(n *yaml.Node) (Check, bool) {
	before := len(d.issues)
	if !d.is(n, yaml.MappingNode, "a check is a mapping that starts with its subject, such as \"container: web\"") {
		return Check{}, false
	}
	kind := ""
	var keys []string
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i].Value
		keys = append(keys, key)
		// The first key decides where it can: "network" is a subject, and a
		// field of nothing else.
		if kind == "" && subjects[key] != nil {
			kind = key
		}
	}
	if kind == "" {
		near := ""
		for _, key := range keys {
			if near = nearestWord(key, Subjects()); near != "" {
				d.errorf(n, "unknown subject %q%s", key, didYouMean(key, Subjects()))
				return Check{}, false
			}
		}
		d.errorf(n, "a check needs a subject: one of %s", strings.Join(Subjects(), ", "))
		return Check{}, false
	}
	s := subjects[kind]()
	lines := d.fields(n, reflect.ValueOf(s).Elem(), kind)
	c := Check{Line: max(n.Line, 1), spec: s}
	if len(d.issues) == before {
		for _, err := range s.validate() {
			line := c.Line
			var fe *fieldError
			if errors.As(err, &fe) && lines[fe.field] > 0 {
				line = lines[fe.field]
			}
			d.issues = append(d.issues, Issue{Line: line, Message: err.Error()})
		}
	}
	if len(d.issues) > before {
		return Check{}, false
	}
	c.Subject = s.subject()
	c.message = s.sentence()
	return c, true
}

// fieldError is an error in one field of a check.
type fieldError struct {
	field string
	err   error
}

func (e *fieldError) Error() string { return e.field + ": " + e.err.Error() }
func (e *fieldError) Unwrap() error { return e.err }

// fieldErrorf makes a fieldError.
func fieldErrorf(field, format string, args ...any) error {
	return &fieldError{field, fmt.Errorf(format, args...)}
}

// yamlIssues turns what the YAML parser says into issues.
func yamlIssues(err error) []Issue {
	var issues []Issue
	var many *yaml.LoadErrors
	var one *yaml.LoadError
	switch {
	case errors.As(err, &many):
		for _, e := range many.Errors {
			issues = append(issues, Issue{Line: max(e.Mark.Line, 1), Message: e.Message})
		}
	case errors.As(err, &one):
		issues = append(issues, Issue{Line: max(one.Mark.Line, 1), Message: one.Message})
	}
	if len(issues) == 0 {
		issues = []Issue{{Line: 1, Message: strings.TrimPrefix(err.Error(), "yaml: ")}}
	}
	return issues
}
