package checker

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/docker/go-units"
	"go.yaml.in/yaml/v4"
)

// byteSize is a size as Compose writes it: 64m, 1gb, 1048576.
type byteSize int64

func (b *byteSize) decode(d *decoder, n *yaml.Node) {
	s, ok := d.text(n, "size")
	if !ok {
		return
	}
	size, err := units.RAMInBytes(s)
	if err != nil || size < 0 && s != "-1" {
		d.errorf(n, "%q is not a size, such as 64m or 1g", s)
		return
	}
	*b = byteSize(size)
}

func (b byteSize) String() string {
	if b < 0 {
		return "-1"
	}
	for _, u := range []struct {
		name string
		size byteSize
	}{{"g", units.GiB}, {"m", units.MiB}, {"k", units.KiB}} {
		if b >= u.size && b%u.size == 0 {
			return strconv.FormatInt(int64(b/u.size), 10) + u.name
		}
	}
	return strconv.FormatInt(int64(b), 10) + "b"
}

// duration is a time span as Compose writes it: 1m30s, 500ms.
type duration time.Duration

func (t *duration) decode(d *decoder, n *yaml.Node) {
	s, ok := d.text(n, "duration")
	if !ok {
		return
	}
	span, err := time.ParseDuration(s)
	if err != nil || span < 0 {
		d.errorf(n, "%q is not a duration, such as 10s or 1m30s", s)
		return
	}
	*t = duration(span)
}

// argv is a command: a list of words, or one text that is split as a shell
// does.
type argv struct {
	words  []string
	text   bool   // it was written as a text
	source string // that text
}

func (a *argv) decode(d *decoder, n *yaml.Node) {
	switch {
	case n.Kind == yaml.SequenceNode:
		a.words = []string{}
		for _, item := range n.Content {
			if s, ok := d.text(item, "a command's word"); ok {
				a.words = append(a.words, s)
			}
		}
	case n.Kind == yaml.ScalarNode && !isNull(n):
		words, err := splitWords(n.Value)
		if err != nil {
			d.errorf(n, "%q: %v", n.Value, err)
			return
		}
		a.words, a.text, a.source = words, true, n.Value
	default:
		d.errorf(n, "a command is a list of words or one text")
	}
}

// String shows the command as one would type it.
func (a argv) String() string { return joinWords(a.words) }

// pairs is a set of names with values: a mapping, or a list of NAME=VALUE. A
// name with nothing (null, or a list's item without "=") only has to be set.
type pairs map[string]*string

func (p *pairs) decode(d *decoder, n *yaml.Node) {
	*p = pairs{}
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := n.Content[i], n.Content[i+1]
			if isNull(value) {
				(*p)[key.Value] = nil
			} else if s, ok := d.text(value, key.Value); ok {
				(*p)[key.Value] = &s
			}
		}
	case yaml.SequenceNode:
		for _, item := range n.Content {
			s, ok := d.text(item, "NAME=VALUE")
			if !ok {
				continue
			}
			name, value, set := strings.Cut(s, "=")
			if (*p)[name] = nil; set {
				(*p)[name] = &value
			}
		}
	default:
		d.errorf(n, "a mapping or a list of NAME=VALUE is wanted, not %s", describe(n))
		return
	}
	if len(*p) == 0 {
		d.errorf(n, "it is empty: it would ask for nothing")
	}
	if _, empty := (*p)[""]; empty {
		d.errorf(n, "a name is missing before \"=\"")
	}
}

// pair shows one name with its value.
func pair(name string, value *string) string {
	if value == nil {
		return name
	}
	return name + "=" + *value
}

// versions is a range of versions: ">=20.10", "29", ">=20.10 <30".
type versions struct {
	text  string
	parts []versionBound
}

type versionBound struct{ op, version string }

func (r *versions) decode(d *decoder, n *yaml.Node) {
	s, ok := d.text(n, "version")
	if !ok {
		return
	}
	parsed, err := parseVersions(s)
	if err != nil {
		d.errorf(n, "%v", err)
		return
	}
	*r = parsed
}

func parseVersions(s string) (versions, error) {
	r := versions{text: s}
	for _, word := range strings.FieldsFunc(s, func(c rune) bool { return c == ' ' || c == ',' }) {
		op := word[:len(word)-len(strings.TrimLeft(word, "<>="))]
		version := strings.TrimPrefix(word[len(op):], "v")
		if !slices.Contains([]string{"", "=", ">=", ">", "<=", "<"}, op) || version == "" || version[0] < '0' || version[0] > '9' {
			return versions{}, fmt.Errorf("%q is not a version, such as 20.10 or >=20.10", s)
		}
		r.parts = append(r.parts, versionBound{op, version})
	}
	if len(r.parts) == 0 {
		return versions{}, fmt.Errorf("%q is not a version, such as 20.10 or >=20.10", s)
	}
	return r, nil
}

func (r versions) isZero() bool { return len(r.parts) == 0 }

// holds reports whether a version lies in the range. Without an operator the
// version must begin with the parts that are written: 28.5 holds 28.5.2.
func (r versions) holds(version string) bool {
	version = strings.TrimPrefix(version, "v")
	if version == "" {
		return false
	}
	for _, b := range r.parts {
		c := compareVersions(version, b.version)
		ok := false
		switch b.op {
		case ">=":
			ok = c >= 0
		case ">":
			ok = c > 0
		case "<=":
			ok = c <= 0
		case "<":
			ok = c < 0
		default:
			ok = version == b.version || strings.HasPrefix(version, b.version+".")
		}
		if !ok {
			return false
		}
	}
	return true
}

// compareVersions orders versions by their numbers; what follows the numbers
// ("-rc.1", "+dfsg1", "-ce") does not count.
func compareVersions(a, b string) int {
	x, y := versionNumbers(a), versionNumbers(b)
	for i := range max(len(x), len(y)) {
		var m, n int
		if i < len(x) {
			m = x[i]
		}
		if i < len(y) {
			n = y[i]
		}
		if c := cmp.Compare(m, n); c != 0 {
			return c
		}
	}
	return 0
}

func versionNumbers(s string) []int {
	if i := strings.IndexAny(s, "-+~ "); i >= 0 {
		s = s[:i]
	}
	var numbers []int
	for part := range strings.SplitSeq(s, ".") {
		n, err := strconv.Atoi(part)
		if err != nil {
			break
		}
		numbers = append(numbers, n)
	}
	return numbers
}

// requirement is "true", "false" or a range of versions.
type requirement struct {
	set     bool
	want    bool
	version versions
}

func (r *requirement) decode(d *decoder, n *yaml.Node) {
	r.set, r.want = true, true
	switch strings.ToLower(n.Value) {
	case "true", "yes":
	case "false", "no":
		r.want = false
	default:
		r.version.decode(d, n)
	}
}

// text is the same sentence in each language.
type text map[string]string

func (t *text) decode(d *decoder, n *yaml.Node) {
	if !d.is(n, yaml.MappingNode, `message: a mapping of languages is wanted: {ko: …, en: …}`) {
		return
	}
	*t = text{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		lang := n.Content[i].Value
		if lang != "ko" && lang != "en" {
			d.errorf(n.Content[i], "message: unknown language %q; there are ko and en", lang)
			continue
		}
		if s, ok := d.text(n.Content[i+1], "message"); ok {
			(*t)[lang] = s
		}
	}
	for _, lang := range []string{"ko", "en"} {
		if strings.TrimSpace((*t)[lang]) == "" {
			d.errorf(n, "message: the sentence in %q is missing", lang)
		}
	}
}

// glob reports whether a name matches a shell pattern in which a star stands
// for anything, slashes too.
func glob(pattern, s string) bool {
	// path.Match's star stops at a slash; names of images have some.
	const slash = "\x00"
	ok, err := path.Match(strings.ReplaceAll(pattern, "/", slash), strings.ReplaceAll(s, "/", slash))
	return err == nil && ok
}

// isGlob reports whether a text has a shell pattern's signs.
func isGlob(s string) bool { return strings.ContainsAny(s, "*?[") }

func validGlob(pattern string) error {
	if _, err := path.Match(pattern, ""); err != nil {
		return fmt.Errorf("%q is not a shell pattern", pattern)
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// roughSize is a size as a person says it: 1.5GiB.
func roughSize(n int64) string { return units.BytesSize(float64(n)) }
