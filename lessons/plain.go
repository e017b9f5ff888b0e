package lessons

import (
	"slices"
	"strings"
	"unicode/utf8"

	yaml "go.yaml.in/yaml/v4"
)

// readPlain reads the part of YAML that front matter is nearly always written
// in: mappings by indentation, lists of items "- ", flow lists and mappings,
// scalars plain or in quotes, each on one line. It gives the nodes that the
// YAML reader gives (a test holds both together), and false for whatever else
// there is or may be wrong, which is left to that reader.
//
// It is here for speed: the front matter of all lessons is read at every start,
// where the YAML reader takes longer than all the rest.
func readPlain(src string) (*yaml.Node, bool) {
	if strings.ContainsFunc(src, isOdd) {
		return nil, false
	}
	p := &plain{lines: strings.Split(src, "\n")}
	root := p.mapping(0)
	p.skip()
	if p.failed || p.at < len(p.lines) || len(root.Content) == 0 {
		return nil, false
	}
	return root, true
}

// isOdd reports whether YAML may take a character for something else than
// itself or a line's end.
func isOdd(r rune) bool {
	switch r {
	case '\n':
		return false
	case '\u2028', '\u2029', '\ufeff', '\ufffe', '\uffff', utf8.RuneError:
		return true
	}
	return r < ' ' || r >= 0x7f && r < 0xa0
}

// plain is plain YAML being read.
type plain struct {
	lines  []string
	at     int    // the line that is read, from 0
	rest   string // what of it is not read yet, in a value
	depth  int    // of flow lists and mappings
	failed bool   // it isn't plain
}

// Bounds below which the YAML reader knows none of its own.
const (
	plainDepth = 8   // of flow lists and mappings
	plainKey   = 128 // bytes
)

func (p *plain) node(kind yaml.Kind) *yaml.Node { return &yaml.Node{Kind: kind, Line: p.at + 1} }

// skip passes over empty lines and comments, and gives the indentation of the
// line that follows; -1 at the end.
func (p *plain) skip() int {
	for ; p.at < len(p.lines); p.at++ {
		line := p.lines[p.at]
		text := strings.TrimLeft(line, " ")
		if text != "" && text[0] != '#' {
			return len(line) - len(text)
		}
	}
	return -1
}

// isItem reports whether a line's text is an item of a list.
func isItem(text string) bool { return text == "-" || strings.HasPrefix(text, "- ") }

// mapping reads the keys that are indented so far, and their values.
func (p *plain) mapping(indent int) *yaml.Node {
	p.skip()
	m := p.node(yaml.MappingNode)
	for !p.failed && p.skip() == indent {
		key, value, ok := strings.Cut(p.lines[p.at][indent:], ":")
		if !ok || !isPlainKey(key) || value != "" && value[0] != ' ' || has(m, key) {
			p.failed = true
			return m
		}
		k := p.node(yaml.ScalarNode)
		k.Value = key
		value = strings.Trim(value, " ")
		if value == "" || value[0] == '#' {
			p.at++
			m.Content = append(m.Content, k, p.below(indent))
			continue
		}
		m.Content = append(m.Content, k, p.line(value))
	}
	if p.at < len(p.lines) && p.skip() > indent {
		p.failed = true // a value goes on
	}
	return m
}

// below reads the mapping or the list below a key.
func (p *plain) below(indent int) *yaml.Node {
	deeper := p.skip()
	switch {
	case deeper >= indent && isItem(p.lines[p.at][deeper:]):
		return p.list(deeper)
	case deeper > indent:
		return p.mapping(deeper)
	}
	p.failed = true // nothing: null
	return nil
}

// list reads the items that are indented so far, each on its line.
func (p *plain) list(indent int) *yaml.Node {
	l := p.node(yaml.SequenceNode)
	for !p.failed && p.skip() == indent && isItem(p.lines[p.at][indent:]) {
		l.Content = append(l.Content, p.line(strings.Trim(p.lines[p.at][indent+1:], " ")))
	}
	if p.at < len(p.lines) && p.skip() > indent {
		p.failed = true // an item goes on
	}
	return l
}

// line reads a value up to the line's end, and goes on to the next one.
func (p *plain) line(text string) *yaml.Node {
	p.rest = text
	n := p.value(false)
	if p.rest != "" && (p.rest[0] != ' ' || strings.TrimLeft(p.rest, " ")[0] != '#') {
		p.failed = true
	}
	p.at++
	return n
}

// value reads what stands at the beginning of the rest. In a flow list or
// mapping it ends where that goes on.
func (p *plain) value(flow bool) *yaml.Node {
	if p.rest == "" || p.failed {
		p.failed = true
		return nil
	}
	switch quote := p.rest[0]; quote {
	case '[':
		return p.flow(yaml.SequenceNode, ']')
	case '{':
		return p.flow(yaml.MappingNode, '}')
	case '"', '\'':
		text, rest, ok := strings.Cut(p.rest[1:], string(quote))
		if !ok || strings.Contains(text, `\`) || strings.HasPrefix(rest, "'") {
			p.failed = true
			return nil
		}
		n := p.node(yaml.ScalarNode)
		n.Value, p.rest = text, rest
		return n
	}
	return p.scalar(flow)
}

// scalar reads a text without quotes.
func (p *plain) scalar(flow bool) *yaml.Node {
	end := len(p.rest)
	if i := strings.IndexAny(p.rest, ",[]{}"); flow && i >= 0 {
		end = i
	} else if i := strings.Index(p.rest, " #"); !flow && i >= 0 {
		end = i
	}
	text := strings.TrimRight(p.rest[:end], " ")
	switch {
	case text == "", strings.IndexByte("-?:,[]{}#&*!|>%@`", text[0]) >= 0, isNull(text),
		strings.Contains(text, ": "), strings.HasSuffix(text, ":"), strings.Contains(text, " #"):
		p.failed = true
		return nil
	}
	n := p.node(yaml.ScalarNode)
	n.Value, p.rest = text, p.rest[end:]
	if !flow {
		p.rest = strings.TrimRight(p.rest, " ")
	}
	return n
}

// flow reads a flow list or mapping.
func (p *plain) flow(kind yaml.Kind, end byte) *yaml.Node {
	n := p.node(kind)
	p.rest = strings.TrimLeft(p.rest[1:], " ")
	if p.depth++; p.depth > plainDepth {
		p.failed = true
	}
	defer func() { p.depth-- }()
	for !p.failed {
		if len(n.Content) == 0 && p.rest != "" && p.rest[0] == end {
			break
		}
		if kind == yaml.MappingNode {
			key, rest, ok := strings.Cut(p.rest, ": ")
			if !ok || !isPlainKey(key) || has(n, key) {
				p.failed = true
				break
			}
			k := p.node(yaml.ScalarNode)
			k.Value, p.rest = key, strings.TrimLeft(rest, " ")
			n.Content = append(n.Content, k)
		}
		n.Content = append(n.Content, p.value(true))
		p.rest = strings.TrimLeft(p.rest, " ")
		if p.rest == "" || p.rest[0] != ',' {
			break
		}
		p.rest = strings.TrimLeft(p.rest[1:], " ")
	}
	if p.failed || p.rest == "" || p.rest[0] != end {
		p.failed = true
		return n
	}
	p.rest = p.rest[1:]
	return n
}

// isPlainKey reports whether a key is nothing but letters, digits and a few
// signs.
func isPlainKey(key string) bool {
	return key != "" && len(key) <= plainKey && key[0] != '-' && strings.Trim(key, wordChars+"-/") == "" && !isNull(key)
}

const wordChars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

func isNull(s string) bool { return s == "~" || strings.EqualFold(s, "null") }

// has reports whether a mapping has a key.
func has(m *yaml.Node, key string) bool {
	return slices.ContainsFunc(m.Content, func(n *yaml.Node) bool { return n != nil && n.Kind == yaml.ScalarNode && n.Value == key })
}
