package lessons

import (
	"fmt"
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

// paramAt reads a parameter's place, {{name}}, at the beginning of a text.
// Whatever else stands between double braces, such as the {{.Names}} of
// docker's --format, is none.
func paramAt(src string) (name string, size int, ok bool) {
	inside, _, closed := strings.Cut(src[len("{{"):], "}}")
	name = strings.Trim(inside, " \t")
	if !closed || !isAll(name, wordChars+"-") || strings.IndexByte("_-"+digits, name[0]) >= 0 {
		return "", 0, false
	}
	return name, len("{{") + len(inside) + len("}}"), true
}

// fill puts the parameters' values into a text, and makes {{ of \{{. It never
// adds or removes a line. used is called with each name that has a value, and
// unknown with each that has none and the line, from 1, that it stands in.
func fill(src string, values map[string]string, used func(name string), unknown func(name string, line int)) string {
	const braces = "{{"
	if !strings.Contains(src, braces) {
		return src
	}
	var b strings.Builder
	b.Grow(len(src))
	done := 0 // what is before it has been written
	for at := 0; ; {
		i := strings.Index(src[at:], braces)
		if i < 0 {
			b.WriteString(src[done:])
			return b.String()
		}
		i += at
		at = i + len(braces)
		if i > done && src[i-1] == '\\' {
			b.WriteString(src[done : i-1])
			done = i
			continue
		}
		name, size, ok := paramAt(src[i:])
		if !ok {
			at = i + 1 // the name may begin at the next brace: {{{name}}
			continue
		}
		at = i + size
		value, ok := values[name]
		if !ok {
			unknown(name, 1+strings.Count(src[:i], "\n"))
			continue
		}
		used(name)
		b.WriteString(src[done:i])
		b.WriteString(value)
		done = at
	}
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
