package lessons_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/naru-lab/naru/lessons"
)

// TestParams: what stands for a value, and what stands for itself.
func TestParams(t *testing.T) {
	for _, row := range []struct{ in, want string }{
		{"{{port}}", "9"},
		{"{{ port }}:80 {{port}}", "9:80 9"},
		{`\{{port}}`, "{{port}}"},
		{`\{{\{{port}}`, "{{{{port}}"},
		{"{{{port}}}", "{9}"},
		{"{{.Names}} {{json .}} {{range .}}", "{{.Names}} {{json .}} {{range .}}"},
		{"{{port", "{{port"},
		{"{{}}", "{{}}"},
		{"{{port\n}}", "{{port\n}}"},
		{"{{", "{{"},
		{"글 {{port}}번", "글 9번"},
		{`\\{{port}}`, `\{{port}}`},
	} {
		src := "---\ntitle: a\nsummary: b\nminutes: 1\nparams: [{name: port, type: port, default: 8080}]\n---\n" +
			"## A {#a}\n\n```text run file=a\n" + row.in + "\n```\n"
		c, err := lessons.Open(fstest.MapFS{"010-a/ko.md": {Data: []byte(src)}})
		if err != nil {
			t.Fatal(err)
		}
		l, err := c.Lesson("a", map[string]string{"port": "9"})
		if err != nil {
			t.Fatalf("%q: %v", row.in, err)
		}
		if got := strings.TrimSuffix(l.Steps[0].Runs[0].Text, "\n"); got != row.want {
			t.Errorf("%q becomes %q, want %q", row.in, got, row.want)
		}
	}
}
