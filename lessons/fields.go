package lessons

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v4"
)

// fields reads YAML nodes into values and gathers what is wrong, with lines.
// Reading nodes rather than structs keeps every error, and what an author wrote
// as it was written: `engine: 20.10` is no number here.
type fields struct {
	file string
	skip int // lines of the file before the YAML
	last int // the YAML's last line; set by load
	errs *Errors
}

// field is a key that a mapping may have.
type field struct {
	name string
	read func(*yaml.Node)
}

// at is a node's place. A node that ends the YAML may be said to stand in the
// line after it.
func (f fields) at(n *yaml.Node) Position { return Position{f.file, f.skip + min(n.Line, f.last)} }

// load parses one YAML document: an empty mapping when nothing is there, nil
// when it can't be parsed.
func (f *fields) load(src []byte) *yaml.Node {
	f.last = bytes.Count(src, []byte("\n")) + 1
	src = normalized(src)
	if root, ok := readPlain(string(src)); ok {
		return root
	}
	// What YAML takes for the end of a line and editors don't.
	src = []byte(strings.NewReplacer("\r", " ", "\u0085", " ", "\u2028", " ", "\u2029", " ").Replace(string(src)))
	var doc yaml.Node
	err := yaml.Load(src, &doc)
	if doc.Kind == yaml.DocumentNode && len(doc.Content) == 1 && err == nil {
		return doc.Content[0]
	}
	var loadErr *yaml.LoadError
	switch {
	case len(strings.TrimSpace(string(src))) == 0:
		return &yaml.Node{Kind: yaml.MappingNode, Line: 1}
	case errors.As(err, &loadErr):
		line := max(loadErr.Mark.Line, loadErr.ContextMark.Line, 1)
		f.errs.add(f.at(&yaml.Node{Line: line}), "reading YAML: %s", strings.TrimPrefix(loadErr.Message, "yaml: "))
	case err != nil:
		f.errs.add(Position{f.file, f.skip + 1}, "reading YAML: %v", err)
	}
	return nil
}

// mapping reads a mapping's known keys, in the order they are written.
func (f fields) mapping(n *yaml.Node, what string, known ...field) {
	if n.Kind != yaml.MappingNode {
		f.wrong(n, what, "a mapping (key: value)")
		return
	}
	names := make([]string, len(known))
	for i := range known {
		names[i] = known[i].name
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		at := slices.Index(names, key.Value)
		switch {
		case key.Kind != yaml.ScalarNode || at < 0:
			f.errs.add(f.at(key), "unknown field %q%s", key.Value, didYouMean(key.Value, names))
		case seen[key.Value]:
			f.errs.add(f.at(key), "the field %q is given twice", key.Value)
		default:
			seen[key.Value] = true
			known[at].read(value)
		}
	}
}

// each reads a mapping whose keys are free.
func (f fields) each(n *yaml.Node, what string, read func(key, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		f.wrong(n, what, "a mapping (key: value)")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if seen[key.Value] {
			f.errs.add(f.at(key), "%q is given twice", key.Value)
			continue
		}
		seen[key.Value] = true
		read(key, n.Content[i+1])
	}
}

func (f fields) list(n *yaml.Node, what string, read func(*yaml.Node)) {
	if n.Kind != yaml.SequenceNode {
		f.wrong(n, what, "a list")
		return
	}
	for _, item := range n.Content {
		read(item)
	}
}

// text reads a scalar as it is written.
func (f fields) text(n *yaml.Node, what string) (string, bool) {
	if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" {
		f.wrong(n, what, "a text")
		return "", false
	}
	if strings.TrimSpace(n.Value) == "" {
		f.errs.add(f.at(n), "%s is empty", what)
		return "", false
	}
	if hasControl(n.Value) {
		f.errs.add(f.at(n), "%s has a line break or a control character", what)
		return "", false
	}
	return n.Value, true
}

func (f fields) texts(n *yaml.Node, what string) []string {
	var out []string
	f.list(n, what, func(item *yaml.Node) {
		if s, ok := f.text(item, "an item of "+what); ok {
			out = append(out, s)
		}
	})
	return out
}

func (f fields) number(n *yaml.Node, what string, low, high int) int {
	i, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil || i < low || i > high {
		f.wrong(n, what, "a whole number from "+strconv.Itoa(low)+" to "+strconv.Itoa(high))
		return 0
	}
	return i
}

func (f fields) boolean(n *yaml.Node, what string) bool {
	if n.Kind != yaml.ScalarNode || n.Value != "true" && n.Value != "false" {
		f.wrong(n, what, "true or false")
		return false
	}
	return n.Value == "true"
}

// textByLang reads a text per language.
func (f fields) textByLang(n *yaml.Node, what string) Text {
	t := Text{}
	known := make([]field, len(languages))
	for i, l := range languages {
		known[i] = field{string(l), func(n *yaml.Node) {
			if s, ok := f.text(n, what); ok {
				t[l] = s
			}
		}}
	}
	f.mapping(n, what, known...)
	return t
}

func (f fields) wrong(n *yaml.Node, what, want string) {
	got := strconv.Quote(n.Value)
	switch n.Kind {
	case yaml.MappingNode:
		got = "a mapping"
	case yaml.SequenceNode:
		got = "a list"
	case yaml.AliasNode:
		got = "an alias"
	case yaml.ScalarNode, yaml.DocumentNode, yaml.StreamNode:
		if n.ShortTag() == "!!null" {
			got = "nothing"
		}
	}
	f.errs.add(f.at(n), "%s must be %s, not %s", what, want, got)
}

// hasControl reports whether s holds what a single line must not hold.
func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 })
}
