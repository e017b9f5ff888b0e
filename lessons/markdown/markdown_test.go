package markdown_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"

	"github.com/naru-lab/naru/lessons/markdown"
)

// TestEmphasis uses goldmark's own HTML renderer, so that it also shows the
// extension at work in a goldmark of somebody else's.
func TestEmphasis(t *testing.T) {
	md := goldmark.New(goldmark.WithExtensions(markdown.Extension{}))
	for _, row := range []struct{ in, want string }{
		{"**도커(Docker)**는", "<strong>도커(Docker)</strong>는"},
		{"그**\"도커\"**는", "그<strong>&quot;도커&quot;</strong>는"},
		{"*도커(Docker)*는", "<em>도커(Docker)</em>는"},
		{"**`notes`**를", "<strong><code>notes</code></strong>를"},
		{"이것은**`notes`**를", "이것은<strong><code>notes</code></strong>를"},
		{"**볼륨**은 **이미지(image)**와 다르다.", "<strong>볼륨</strong>은 <strong>이미지(image)</strong>와 다르다."},
		{"**「나루」**は", "<strong>「나루」</strong>は"},
		{"**50%**입니다", "<strong>50%</strong>입니다"},
		{"***도커(D)***는", "<em><strong>도커(D)</strong></em>는"},
		{"**도커 *엔진(engine)*은**요", "<strong>도커 <em>엔진(engine)</em>은</strong>요"},
		{"2 * 3 * 4", "2 * 3 * 4"},
		{"값 * 값 * 값", "값 * 값 * 값"},
		{"** 볼륨 **은", "** 볼륨 **은"},
		{"**bold**, *em* and a*b*c", "<strong>bold</strong>, <em>em</em> and a<em>b</em>c"},
		{"**Docker(x)**is", "**Docker(x)**is"}, // as CommonMark has it
		{"`**도커(Docker)**는`", "<code>**도커(Docker)**는</code>"},
		{"web* 와 *.md", "web* 와 *.md"},
		{"snake_case_name _em_", "snake_case_name <em>em</em>"},
	} {
		var b bytes.Buffer
		if err := md.Convert([]byte(row.in), &b); err != nil {
			t.Fatal(err)
		}
		got := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(b.String()), "<p>"), "</p>")
		if got != row.want {
			t.Errorf("%s\n got %s\nwant %s", row.in, got, row.want)
		}
	}
}

func TestParse(t *testing.T) {
	src := []byte("글\n\n## 하나 `둘` {#one}\n\n> [!note]\n> | a | b |\n> |---|---|\n> | 1 | 2 |\n\n> [!TIP]\n> - 목록\n\n" +
		"> 인용\n\n```quiz q\n물음?\n- [x] 가\n  > 예\n- [X] 나\n  > 예\n```\n\n```sh run file=\"a b\"\nx\n```\n\n```figure f\nalt: 말\n\n()\n```\n")
	doc, problems := markdown.New().Parse(src)
	if len(problems) > 0 {
		t.Errorf("problems: %v", problems)
	}
	var kinds []string
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		kind := n.Kind().String()
		switch n := n.(type) {
		case *markdown.Step:
			kind += " " + n.ID + " " + markdown.Plain(n, src)
		case *markdown.Alert:
			kind += " " + string(n.Alert) + " " + n.FirstChild().Kind().String()
		case *markdown.Quiz:
			if !n.Multiple() {
				t.Error("two options are right")
			}
		case *markdown.Run:
			kind += " " + n.File + " " + markdown.Text(n, src)
		case *markdown.Figure:
			kind += " " + n.Alt + " " + markdown.Text(n, src)
		}
		kinds = append(kinds, kind)
	}
	want := []string{
		"Paragraph", "NaruStep one 하나 둘", "NaruAlert NOTE Table", "NaruAlert TIP List", "Blockquote",
		"NaruQuiz", "NaruRun a b x\n", "NaruFigure 말 ()\n",
	}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := ast.Walk(doc, func(n ast.Node, _ bool) (ast.WalkStatus, error) {
		if n.Type() == ast.TypeBlock && n.Kind() != ast.KindDocument && markdown.Line(n, src) < 1 {
			t.Errorf("%v has no line", n.Kind())
		}
		return ast.WalkContinue, nil
	}); err != nil {
		t.Fatal(err)
	}
}

func TestUnescape(t *testing.T) {
	for in, want := range map[string]string{
		"a":                 "a",
		`\*a\*`:             "*a*",
		`a\b`:               `a\b`,
		"&lt;&amp;&#44032;": "<&가",
		`\&lt;`:             "&lt;",
		"&nope; & ":         "&nope; & ",
	} {
		if got := markdown.Unescape([]byte(in)); got != want {
			t.Errorf("Unescape(%q) = %q, want %q", in, got, want)
		}
	}
}
