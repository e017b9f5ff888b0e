package lessons

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	yaml "go.yaml.in/yaml/v4"
)

// readOriginal reads the front matter of the original into an entry.
func (f fields) readOriginal(src []byte, e *Entry) {
	root := f.load(src)
	if root == nil {
		return
	}
	f.mapping(root, "the front matter",
		field{"title", func(n *yaml.Node) { f.textOf(n, "title", e.Title) }},
		field{"summary", func(n *yaml.Node) { f.textOf(n, "summary", e.Summary) }},
		field{"minutes", func(n *yaml.Node) {
			e.Minutes = time.Duration(f.number(n, "minutes", 1, 600)) * time.Minute
		}},
		field{"images", func(n *yaml.Node) { e.Images = f.texts(n, "images") }},
		field{"requires", func(n *yaml.Node) { e.Requires = f.requires(n) }},
		field{"params", func(n *yaml.Node) { e.Params = f.params(n) }},
		field{"owns", func(n *yaml.Node) { e.Owns = f.owns(n) }},
	)
	f.need(root, e.Title[Korean] != "", "title")
	f.need(root, e.Summary[Korean] != "", "summary")
	f.need(root, e.Minutes > 0, "minutes")
}

// readTranslation reads a translation's front matter, which has words only.
func (f fields) readTranslation(src []byte, lang Lang, e *Entry) {
	root := f.load(src)
	if root == nil {
		return
	}
	title, summary := Text{}, Text{}
	var theirs []string
	if root.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(root.Content); i += 2 {
			if key := root.Content[i]; slices.Contains(originalOnly, key.Value) {
				f.errs.add(f.at(key), "%q stands in ko.md only; a translation inherits it", key.Value)
				theirs = append(theirs, key.Value)
			}
		}
	}
	known := []field{
		{"title", func(n *yaml.Node) { f.textOf(n, "title", title) }},
		{"summary", func(n *yaml.Node) { f.textOf(n, "summary", summary) }},
	}
	for _, name := range theirs {
		known = append(known, field{name, func(*yaml.Node) {}})
	}
	f.mapping(root, "the front matter", known...)
	f.need(root, title[Korean] != "", "title")
	f.need(root, summary[Korean] != "", "summary")
	if s := title[Korean]; s != "" {
		e.Title[lang] = s
	}
	if s := summary[Korean]; s != "" {
		e.Summary[lang] = s
	}
}

// originalOnly are the fields of which a translation has none.
var originalOnly = []string{"minutes", "images", "requires", "params", "owns"}

func (f fields) textOf(n *yaml.Node, what string, into Text) {
	if s, ok := f.text(n, what); ok {
		into[Korean] = s
	}
}

func (f fields) need(root *yaml.Node, there bool, name string) {
	if there || root.Kind != yaml.MappingNode || f.mentions(root, name) {
		return
	}
	f.errs.lacks(Position{f.file, 1}, "the front matter has no %q", name)
}

// mentions reports whether a key is there, if only with a wrong value, of which
// another error speaks.
func (f fields) mentions(n *yaml.Node, name string) bool {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return true
		}
	}
	return false
}

func (f fields) requires(n *yaml.Node) (r Requires) {
	f.mapping(n, "requires",
		field{"engine", func(n *yaml.Node) {
			if s, ok := f.text(n, "engine"); ok && !isVersion(s) {
				f.wrong(n, "engine", `a version such as "20.10"`)
			} else if ok {
				r.Engine = s
			}
		}},
		field{"compose", func(n *yaml.Node) { r.Compose = f.boolean(n, "compose") }},
		field{"memory", func(n *yaml.Node) {
			size, ok := parseSize(n.Value)
			if n.Kind != yaml.ScalarNode || !ok {
				f.wrong(n, "memory", "a size such as 64m or 1g")
			}
			r.Memory = size
		}},
	)
	return r
}

// parseSize reads a size as Compose writes it: bytes, or with k, m, g (powers
// of 1024), b allowed after it.
func parseSize(s string) (int64, bool) {
	number := strings.TrimSuffix(strings.ToLower(s), "b")
	shift := 0
	if i := strings.IndexAny(number, "kmg"); i >= 0 && i == len(number)-1 {
		shift = map[byte]int{'k': 10, 'm': 20, 'g': 30}[number[i]]
		number = number[:i]
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || !isAll(number, digits) || n > 1<<50>>shift {
		return 0, false
	}
	return n << shift, true
}

func (f fields) params(n *yaml.Node) (params []Param) {
	f.list(n, "params", func(n *yaml.Node) {
		p := Param{Type: "text"}
		var value *yaml.Node
		values := map[string]*yaml.Node{}
		f.mapping(n, "a param",
			field{"name", func(n *yaml.Node) {
				s, ok := f.text(n, "name")
				switch {
				case ok && !isName(s, "_-"):
					f.errs.add(f.at(n), "the param %q must be small letters, digits, - and _, a letter first", s)
				case ok && slices.ContainsFunc(params, func(p Param) bool { return p.Name == s }):
					f.errs.add(f.at(n), "there is a param %q already", s)
				case ok:
					p.Name = s
				}
			}},
			field{"type", func(n *yaml.Node) {
				s, ok := f.text(n, "type")
				if ok && !slices.Contains(paramTypes, s) {
					f.errs.add(f.at(n), "unknown type %q%s", s, orKnown(s, paramTypes))
				}
				p.Type = s
			}},
			field{"default", func(n *yaml.Node) { p.Default, _ = f.text(n, "default"); value = n }},
			field{"platforms", func(n *yaml.Node) {
				p.Platforms = map[string]string{}
				f.each(n, "platforms", func(key, n *yaml.Node) {
					if !isPlatform(key.Value) {
						f.errs.add(f.at(key), "the platform %q must be as in \"linux/arm64\" or \"linux/arm/v7\"", key.Value)
					}
					p.Platforms[key.Value], _ = f.text(n, "a platform's value")
					values[key.Value] = n
				})
			}},
		)
		if n.Kind != yaml.MappingNode {
			return
		}
		if p.Name == "" && !f.mentions(n, "name") {
			f.errs.add(f.at(n), "the param has no name")
		}
		if value == nil {
			f.errs.add(f.at(n), "the param %q has no default", p.Name)
		} else if err := p.check(p.Default); err != nil && p.Default != "" {
			f.errs.add(f.at(value), "%v", err)
		}
		for platform, n := range values {
			if err := p.check(p.Platforms[platform]); err != nil && n.Value != "" {
				f.errs.add(f.at(n), "%v", err)
			}
		}
		params = append(params, p)
	})
	return params
}

func orKnown(got string, known []string) string {
	if hint := didYouMean(got, known); hint != "" {
		return hint
	}
	return " (known: " + strings.Join(known, ", ") + ")"
}

func (f fields) owns(n *yaml.Node) (o Owns) {
	patterns := func(name string, into *[]string) field {
		return field{name, func(n *yaml.Node) {
			f.list(n, name, func(n *yaml.Node) {
				s, ok := f.text(n, "an item of "+name)
				if _, err := path.Match(s, ""); err != nil {
					f.errs.add(f.at(n), "the pattern %q is malformed", s)
				} else if strings.Trim(s, "*?") == "" && ok {
					f.errs.add(f.at(n), "the pattern %q would take everything", s)
				} else if ok {
					*into = append(*into, s)
				}
			})
		}}
	}
	f.mapping(n, "owns",
		patterns("containers", &o.Containers),
		patterns("images", &o.Images),
		patterns("volumes", &o.Volumes),
		patterns("networks", &o.Networks),
	)
	return o
}
