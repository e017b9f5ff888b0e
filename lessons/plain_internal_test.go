package lessons

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	yaml "go.yaml.in/yaml/v4"
)

// sameAsYAML holds what readPlain makes of a source against the YAML reader.
func sameAsYAML(t *testing.T, src string) {
	t.Helper()
	got, ok := readPlain(src)
	if !ok {
		return
	}
	var doc yaml.Node
	if err := yaml.Load([]byte(src), &doc); err != nil {
		t.Fatalf("%q is no YAML: %v", src, err)
	}
	if len(doc.Content) != 1 {
		t.Fatalf("%q: a document of %d nodes", src, len(doc.Content))
	}
	unused := cmpopts.IgnoreFields(yaml.Node{}, "Style", "Tag", "Column", "HeadComment", "LineComment", "FootComment")
	if diff := cmp.Diff(doc.Content[0], got, unused, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%q: YAML (-), plain (+):\n%s", src, diff)
	}
	var null func(n *yaml.Node) bool
	null = func(n *yaml.Node) bool {
		found := n.ShortTag() == "!!null"
		for _, c := range n.Content {
			found = found || null(c)
		}
		return found
	}
	if null(doc.Content[0]) {
		t.Errorf("%q has a null", src)
	}
}

// plainSources are read by readPlain, others are left to the YAML reader.
var plainSources, otherSources = []string{
	"a: b", "title: 볼륨\nminutes: 25 # twenty\n", "a:\n  b: c\n  d:\n    e: f\ng: h\n", "a: [b, \"c d\", 'e']\nb: {c: d, e/f: g:h}",
	"a:\n  - {name: x, type: y, default: 8080}\n  - [b]\n  - c d\n", "a:\n- b\n- c\nd: e", "\n# c\na:\n\n  # d\n  - b\n\n", "a: []\nb: {}",
	"a: b#c\nd: 'e # f'", "a: [b:c, {d: [e]}]", "v: 20.10\nw: true\nx: yes", "a: b\"c'd", "a: [ b , c ]", "a: 나루 — 배",
	"a: \"\"", "a: b, c", "a: {b: c d, e: f}",
}, []string{
	"", "a:", "a: ", "a: ~", "a: null", "a: b\n c", "a: b\n  c: d", "a: |\n  b", "a: &b c", "a: *b", "a: !b c", "a: b: c", "a: - b", "- a",
	"a: b\na: c", "a: [b", "a: [b,]", "a: [b: c]", "a: {b}", "a: {b: }", "a: \"b\\n\"", "a: 'b''c'", "a: 'b' c", "\ta: b", "a:\tb", "---\na: b",
	"a: [b]c", "a: [b]\n - c", "a: [b #c]", "{a: b}", "a: {b: c, b: d}", "a: [[[[[[[[[b]]]]]]]]]", "a: \u2028", "a : b", "null: a", "a: {~: b}",
	"a: b\n- c", "a:\n  b: c\n d: e", "a: @b", "a: [\"b\":c]", "a: {b:c}", "a: b:", "? a: b", "a: \xff", "a:\n- b\n  c",
}

func TestReadPlain(t *testing.T) {
	for _, src := range plainSources {
		if _, ok := readPlain(src); !ok {
			t.Errorf("%q is left to the YAML reader", src)
		}
		sameAsYAML(t, src)
	}
	for _, src := range otherSources {
		if n, ok := readPlain(src); ok {
			t.Errorf("%q is read as %v", src, n)
		}
	}
	// The course's own are what it is for.
	pages, err := filepath.Glob("../content/*/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatal(pages, err)
	}
	for _, page := range pages {
		src, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		front, _, err := splitFront(src)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := readPlain(string(front)); !ok {
			t.Errorf("%s: the front matter is left to the YAML reader", page)
		}
		sameAsYAML(t, string(front))
	}
}

func FuzzReadPlain(f *testing.F) {
	for _, src := range plainSources {
		f.Add(src)
	}
	for _, src := range otherSources {
		f.Add(src)
	}
	f.Fuzz(sameAsYAML)
}
