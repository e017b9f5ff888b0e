package messages

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRead(t *testing.T) {
	const src = `# a comment
flat.id: It's 50% - "so", (a) {{.Name}}
double: "a \"b\"\n\\c: d # e"
single: 'it''s: "so" \n'
'on': it is
dash: --yes goes
tree:
  # a comment
  leaf: 나루

  twig:
    leaf-1: "1"
  block: |-
    one
      two

    # three

  after: yes it is
last: |-
  four
`
	want := map[string]string{
		"flat.id":          `It's 50% - "so", (a) {{.Name}}`,
		"double":           "a \"b\"\n\\c: d # e",
		"single":           `it's: "so" \n`,
		"on":               "it is",
		"dash":             "--yes goes",
		"tree.leaf":        "나루",
		"tree.twig.leaf-1": "1",
		"tree.block":       "one\n  two\n\n# three",
		"tree.after":       "yes it is",
		"last":             "four",
	}
	got, err := read(src)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if err := agree(src, got); err != nil {
		t.Error(err)
	}
}

// TestReadRefuses: what YAML would read otherwise than it looks is refused.
func TestReadRefuses(t *testing.T) {
	for _, src := range []string{
		"a: b: c", "a: b # c", "a: *b", "a: [b]", "a: {b: c}", "a: 'b", "a: 'b' c", `a: "b`, `a: "\q"`, "a: |\n  b",
		"a: >-\n  b", "a:b", "- a", "a: - b", "a: b\na: c", "a b: c", "\ta: b", "a: b\n  goes on",
	} {
		if got, err := read(src); err == nil {
			t.Errorf("read(%q) = %q, want an error", src, got)
		}
	}
}
