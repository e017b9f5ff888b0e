package checker

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// decoder reads YAML nodes into specs, strictly: it knows the line of
// everything, and goes on after an error to find the next.
type decoder struct {
	issues []Issue
}

// decodable is a value with forms of its own, Compose's short and long ones.
type decodable interface {
	decode(d *decoder, n *yaml.Node)
}

func (d *decoder) errorf(n *yaml.Node, format string, args ...any) {
	d.issues = append(d.issues, Issue{Line: max(n.Line, 1), Message: fmt.Sprintf(format, args...)})
}

// is reports whether a node is of a kind, and says what is wanted where not.
func (d *decoder) is(n *yaml.Node, kind yaml.Kind, want string) bool {
	if n.Kind == yaml.AliasNode {
		d.errorf(n, "anchors and aliases can't be used in checks")
		return false
	}
	if n.Kind != kind {
		d.errorf(n, "%s", want)
		return false
	}
	return true
}

// fields reads a mapping into a struct by its yaml tags and gives the line of
// each field. What the mapping belongs to is named in errors.
func (d *decoder) fields(n *yaml.Node, v reflect.Value, of string) map[string]int {
	lines := map[string]int{}
	known := structFields(v)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if !d.is(key, yaml.ScalarNode, "a field's name is a plain word") {
			continue
		}
		if lines[key.Value] > 0 {
			d.errorf(key, "field %q is written twice (first in line %d)", key.Value, lines[key.Value])
			continue
		}
		lines[key.Value] = max(key.Line, 1)
		field, ok := known[key.Value]
		if !ok {
			hint := didYouMean(key.Value, sortedKeys(known))
			if hint == "" && subjects[of] != nil {
				hint = belongsTo(key.Value)
			}
			d.errorf(key, "unknown field %q of %s%s", key.Value, of, hint)
			continue
		}
		d.value(value, field, key.Value)
	}
	return lines
}

// belongsTo names the subjects that have a field.
func belongsTo(field string) string {
	var owners []string
	for _, name := range Subjects() {
		if _, ok := structFields(reflect.ValueOf(subjects[name]()).Elem())[field]; ok {
			owners = append(owners, name)
		}
	}
	if len(owners) == 0 {
		return ""
	}
	return " (it is one of " + strings.Join(owners, ", ") + ")"
}

// structFields finds a struct's fields by their yaml tags, those of embedded
// structs among them.
func structFields(v reflect.Value) map[string]reflect.Value {
	found := map[string]reflect.Value{}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Anonymous {
			for k, e := range structFields(v.Field(i)) {
				found[k] = e
			}
			continue
		}
		if tag := f.Tag.Get("yaml"); tag != "" {
			found[tag] = v.Field(i)
		}
	}
	return found
}

// value reads a node into a field.
func (d *decoder) value(n *yaml.Node, v reflect.Value, name string) {
	if n.Kind == yaml.AliasNode {
		d.errorf(n, "anchors and aliases can't be used in checks")
		return
	}
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem(), name)
		return
	}
	if own, ok := v.Addr().Interface().(decodable); ok {
		own.decode(d, n)
		return
	}
	switch v.Kind() {
	case reflect.String:
		if s, ok := d.text(n, name); ok {
			v.SetString(s)
		}
	case reflect.Bool:
		d.boolean(n, v, name)
	case reflect.Int, reflect.Int64:
		i, err := strconv.ParseInt(n.Value, 0, 32)
		if n.Kind != yaml.ScalarNode || err != nil {
			d.errorf(n, "%s: %s is not a whole number", name, describe(n))
			return
		}
		v.SetInt(i)
	case reflect.Float64:
		f, err := strconv.ParseFloat(n.Value, 64)
		if n.Kind != yaml.ScalarNode || err != nil || f != f {
			d.errorf(n, "%s: %s is not a number", name, describe(n))
			return
		}
		v.SetFloat(f)
	case reflect.Slice:
		d.list(n, v, name)
	case reflect.Map:
		d.mapping(n, v, name)
	case reflect.Struct:
		if d.is(n, yaml.MappingNode, name+": a mapping is wanted") {
			d.fields(n, v, name)
		}
	default:
		panic("checker: no way to read a " + v.Type().String())
	}
}

func (d *decoder) list(n *yaml.Node, v reflect.Value, name string) {
	items := n.Content
	if n.Kind == yaml.ScalarNode && !isNull(n) {
		items = []*yaml.Node{n} // one alone may stand without brackets
	} else if !d.is(n, yaml.SequenceNode, name+": a list is wanted") {
		return
	}
	if len(items) == 0 {
		d.errorf(n, "%s: the list is empty: it would ask for nothing", name)
	}
	for _, item := range items {
		e := reflect.New(v.Type().Elem()).Elem()
		d.value(item, e, name)
		v.Set(reflect.Append(v, e))
	}
}

func (d *decoder) mapping(n *yaml.Node, v reflect.Value, name string) {
	if !d.is(n, yaml.MappingNode, name+": a mapping is wanted") {
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for i := 0; i+1 < len(n.Content); i += 2 {
		e := reflect.New(v.Type().Elem()).Elem()
		d.value(n.Content[i+1], e, name)
		v.SetMapIndex(reflect.ValueOf(n.Content[i].Value).Convert(v.Type().Key()), e)
	}
}

// text reads a scalar as it is written: 1.10 stays 1.10.
func (d *decoder) text(n *yaml.Node, name string) (string, bool) {
	if n.Kind == yaml.AliasNode {
		d.errorf(n, "anchors and aliases can't be used in checks")
		return "", false
	}
	if n.Kind != yaml.ScalarNode || isNull(n) {
		d.errorf(n, "%s: a text is wanted, not %s", name, describe(n))
		return "", false
	}
	return n.Value, true
}

func (d *decoder) boolean(n *yaml.Node, v reflect.Value, name string) {
	switch strings.ToLower(n.Value) {
	case "true", "yes", "on":
		v.SetBool(true)
	case "false", "no", "off":
		v.SetBool(false)
	default:
		d.errorf(n, "%s: %s is neither true nor false", name, describe(n))
	}
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// describe names a node in an error.
func describe(n *yaml.Node) string {
	switch {
	case isNull(n):
		return "nothing"
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	default:
		return strconv.Quote(n.Value)
	}
}

// didYouMean is the rest of an error about an unknown word.
func didYouMean(word string, known []string) string {
	if near := nearestWord(word, known); near != "" {
		return fmt.Sprintf(" (did you mean %q?)", near)
	}
	return ""
}

// into reads a mapping into a struct.
func (d *decoder) into(n *yaml.Node, target any, of string) {
	d.fields(n, reflect.ValueOf(target).Elem(), of)
}
