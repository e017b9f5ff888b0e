package lessons

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var paramTypes = []string{"port", "image", "text"}

// check says what is wrong with a value for this parameter.
func (p Param) check(value string) error {
	switch {
	case value == "":
		return fmt.Errorf("the param %q is empty", p.Name)
	case hasControl(value):
		return fmt.Errorf("the param %q has a line break or a control character", p.Name)
	case p.Type == "port":
		if n, err := strconv.Atoi(value); err != nil || n < 1 || n > 65535 {
			return fmt.Errorf("the param %q is a port, a number from 1 to 65535, not %q", p.Name, value)
		}
	case p.Type == "image":
		if strings.ContainsAny(value, " \t\"'`") {
			return fmt.Errorf("the param %q is an image reference, not %q", p.Name, value)
		}
	}
	return nil
}

// values are what the lesson's parameters stand for: those given, else the
// defaults. Names that the lesson doesn't know are passed over, so that values
// kept from an older version do no harm.
func (e Entry) values(given map[string]string) (map[string]string, error) {
	values := make(map[string]string, len(e.Params))
	for _, p := range e.Params {
		values[p.Name] = p.Default
		if v, ok := given[p.Name]; ok {
			if err := p.check(v); err != nil {
				return nil, fmt.Errorf("filling in lesson %q: %w", e.ID, err)
			}
			values[p.Name] = v
		}
	}
	return values, nil
}

// paramPattern finds {{name}}, and \{{ which stands for {{ itself. Whatever
// else stands between double braces, such as the {{.Names}} of docker's
// --format, is no parameter.
var paramPattern = regexp.MustCompile(`\\\{\{|\{\{[ \t]*([A-Za-z][A-Za-z0-9_-]*)[ \t]*\}\}`)

// fill puts the parameters' values into a text. It never adds or removes a
// line. unknown is called with each name that has no value, and the line, from
// 1, that it stands in.
func fill(src string, values map[string]string, used func(name string), unknown func(name string, line int)) string {
	matches := paramPattern.FindAllStringSubmatchIndex(src, -1)
	if matches == nil {
		return src
	}
	var b strings.Builder
	b.Grow(len(src))
	last, line := 0, 1
	for _, m := range matches {
		b.WriteString(src[last:m[0]])
		line += strings.Count(src[last:m[0]], "\n")
		last = m[1]
		if m[2] < 0 {
			b.WriteString("{{")
			continue
		}
		name := src[m[2]:m[3]]
		value, ok := values[name]
		if !ok {
			unknown(name, line)
			b.WriteString(src[m[0]:m[1]])
			continue
		}
		used(name)
		b.WriteString(value)
	}
	b.WriteString(src[last:])
	return b.String()
}

func (e Entry) paramNames() []string {
	names := make([]string, len(e.Params))
	for i, p := range e.Params {
		names[i] = p.Name
	}
	return names
}

// filled gives texts of the front matter with the parameters filled in.
func filled(texts []string, values map[string]string) []string {
	if texts == nil {
		return nil
	}
	out := make([]string, len(texts))
	for i, s := range texts {
		out[i] = fill(s, values, func(string) {}, func(string, int) {})
	}
	return out
}
