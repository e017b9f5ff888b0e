package messages

import (
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// read reads a catalogue: mappings of ids and sentences, which may be nested.
// A sentence stands on one line, plain or in quotes, or is a block below "|-".
//
// That is a small part of YAML, and a part of the rest is refused; any YAML
// reader gives the same (Check holds it against one). It is read here because
// the program reads its sentences at every start, where a whole YAML reader
// takes longer than everything else. What is wrong is said all at once, and
// the rest is read.
func read(src string) (map[string]string, error) {
	lines := strings.Split(src, "\n")
	texts := make(map[string]string, len(lines))
	var errs []error
	fail := func(line int, format string, args ...any) {
		errs = append(errs, fmt.Errorf("line %d: "+format, append([]any{line}, args...)...))
	}
	var parents []parent // of the line, the outermost first
	for i := 0; i < len(lines); i++ {
		line := strings.TrimRight(lines[i], " \r")
		key := strings.TrimLeft(line, " ")
		if key == "" || key[0] == '#' {
			continue
		}
		indent := len(line) - len(key)
		for len(parents) > 0 && parents[len(parents)-1].indent >= indent {
			parents = parents[:len(parents)-1]
		}
		key, value, ok := strings.Cut(key, ":")
		key = strings.Trim(key, `'"`) // YAML takes on and off for no ids unless they are quoted
		if !ok || !isID(key) || value != "" && value[0] != ' ' {
			fail(i+1, "want an id and a colon")
			continue
		}
		if len(parents) > 0 {
			key = parents[len(parents)-1].id + "." + key
		}
		if value == "" {
			parents = append(parents, parent{indent, key})
			continue
		}
		if _, twice := texts[key]; twice {
			fail(i+1, "the id %q is there already", key)
		}
		if value = value[1:]; value == "|-" {
			n := blockLen(lines[i+1:], indent)
			texts[key] = block(lines[i+1 : i+1+n])
			i += n
			continue
		}
		text, err := scalar(strings.TrimLeft(value, " "))
		if err != nil {
			fail(i+1, "%w", err)
			continue
		}
		texts[key] = text
	}
	return texts, errors.Join(errs...)
}

// parent is a mapping's key, indented by so many spaces.
type parent struct {
	indent int
	id     string
}

func isID(s string) bool {
	for _, c := range []byte(s) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '.', c == '-', c == '_':
		default:
			return false
		}
	}
	return s != ""
}

var errScalar = errors.New(`want a sentence on one line, plain or in quotes, or a block below "|-"`)

// scalar reads a sentence that stands on one line.
func scalar(s string) (string, error) {
	switch quote := s[0]; {
	case quote == '"':
		text, err := strconv.Unquote(s)
		if err != nil {
			return "", errScalar
		}
		return text, nil
	case quote == '\'':
		text := strings.ReplaceAll(s[1:], "''", "\x00")
		text, rest, closed := strings.Cut(text, "'")
		if !closed || rest != "" {
			return "", errScalar
		}
		return strings.ReplaceAll(text, "\x00", "'"), nil
	case strings.IndexByte("?:,[]{}#&*!|>%@`", quote) >= 0, strings.HasPrefix(s, "- "), s == "-",
		strings.Contains(s, ": "), strings.Contains(s, " #"), strings.HasSuffix(s, ":"):
		return "", errScalar
	}
	return s, nil
}

// blockLen counts the lines of a block below a key.
func blockLen(lines []string, indent int) int {
	n := 0
	for i, line := range lines {
		text := strings.TrimLeft(line, " ")
		if text == "" || text == "\r" {
			continue
		}
		if len(line)-len(text) <= indent {
			break
		}
		n = i + 1
	}
	return n
}

// block is a block's text: without its first line's indentation.
func block(lines []string) string {
	var b strings.Builder
	for i, line := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		first := lines[0]
		indent := len(first) - len(strings.TrimLeft(first, " "))
		b.WriteString(strings.TrimSuffix(line[min(indent, len(line)):], "\r"))
	}
	return b.String()
}

// readYAML is read by a YAML reader.
func readYAML(src string) (map[string]string, error) {
	var tree map[string]any
	if err := yaml.Load([]byte(src), &tree); err != nil {
		return nil, fmt.Errorf("reading YAML: %w", err)
	}
	return flatten(tree), nil
}

func flatten(tree map[string]any) map[string]string {
	flat := map[string]string{}
	for id, v := range tree {
		sub, ok := v.(map[string]any)
		if !ok {
			flat[id] = fmt.Sprint(v)
			continue
		}
		for rest, text := range flatten(sub) {
			flat[id+"."+rest] = text
		}
	}
	return flat
}

// agree reports an id that is read otherwise than a YAML reader does.
func agree(src string, texts map[string]string) error {
	want, err := readYAML(src)
	if err != nil {
		return err
	}
	if maps.Equal(want, texts) {
		return nil
	}
	var errs []error
	for id, text := range want {
		if texts[id] != text {
			errs = append(errs, fmt.Errorf("%q is %q in YAML, and read as %q", id, text, texts[id]))
		}
	}
	if len(want) != len(texts) {
		errs = append(errs, fmt.Errorf("YAML has %d ids, %d are read", len(want), len(texts)))
	}
	return errors.Join(errs...)
}
