package ansi_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	xansi "github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"

	"github.com/naru-lab/naru/lessons"
	"github.com/naru-lab/naru/lessons/ansi"
	"github.com/naru-lab/naru/lessons/markdown"
)

var update = flag.Bool("update", false, "write what comes out as what is wanted")

func body(src string) lessons.Body {
	doc, _ := markdown.New().Parse([]byte(src))
	b := lessons.Body{Source: []byte(src)}
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		b.Nodes = append(b.Nodes, n)
	}
	return b
}

func render(t testing.TB, src string, opts ansi.Options) string {
	t.Helper()
	var b strings.Builder
	if err := ansi.Render(&b, body(src), opts); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var answers = map[string][]int{"answered": {0}, "several": {0, 1}}

// TestGolden renders every page of testdata at three widths, plain and in
// colour. A golden file shows escape as ␛.
func TestGolden(t *testing.T) {
	pages, err := filepath.Glob("testdata/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	for _, page := range pages {
		src, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(page), ".md")
		lang := lessons.Lang(strings.TrimPrefix(filepath.Ext(name), "."))
		for _, width := range []int{60, 80, 120} {
			for look, opts := range map[string]ansi.Options{
				"plain": {},
				"ascii": {ASCII: true},
				"color": {Color: true},
				"links": {Color: true, Hyperlinks: true, Words: true},
			} {
				if width != 80 && (look == "ascii" || look == "links") {
					continue
				}
				opts.Width, opts.Lang, opts.Answers = width, lang, answers
				golden(t, fmt.Sprintf("%s.%d.%s", name, width, look), render(t, string(src), opts))
			}
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		got = strings.ReplaceAll(got, "\x1b", "␛")
		file := filepath.Join("testdata", "golden", name+".txt")
		if *update {
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

var (
	sgr       = regexp.MustCompile("\x1b\\[[0-9;]*m")
	hyperlink = regexp.MustCompile("\x1b\\]8;;[\x21-\x7e]*\x07")
)

// sane reports what a terminal must never be sent: anything but the sequences
// that the renderer makes, and in a plain text no sequence at all.
func sane(out string, opts ansi.Options) error {
	for i, line := range strings.Split(out, "\n") {
		if opts.Color {
			if n := strings.Count(line, "\x1b"); n > 0 && !strings.HasSuffix(strings.TrimRight(line, " "), "\x1b[m") &&
				!strings.HasSuffix(line, "\x07") && !closedStyle(line) {
				return fmt.Errorf("line %d leaves a style open: %q", i+1, line)
			}
			line = hyperlink.ReplaceAllString(sgr.ReplaceAllString(line, ""), "")
		}
		for _, r := range line {
			if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
				return fmt.Errorf("line %d has %U: %q", i+1, r, line)
			}
		}
		if strings.HasSuffix(line, "\t") {
			return fmt.Errorf("line %d ends in a tab", i+1)
		}
	}
	return nil
}

// closedStyle reports whether the last sequence of a line is a reset.
func closedStyle(line string) bool {
	all := sgr.FindAllString(line, -1)
	return len(all) == 0 || all[len(all)-1] == "\x1b[m"
}

// TestWidths: outside of code no line is wider than it may be.
func TestWidths(t *testing.T) {
	src, err := os.ReadFile("testdata/prose.ko.md")
	if err != nil {
		t.Fatal(err)
	}
	prose, _, _ := strings.Cut(string(src), "```console\n$ docker run --name")
	for width := 20; width <= 130; width++ {
		opts := ansi.Options{Width: width, Lang: lessons.Korean}
		for _, line := range strings.Split(render(t, prose, opts), "\n") {
			if w := xansi.StringWidth(line); w > width && !strings.Contains(line, "$ docker run") {
				t.Errorf("width %d: %d columns: %q", width, w, line)
			}
			if strings.TrimRight(line, " ") != line {
				t.Errorf("width %d: spaces at the end: %q", width, line)
			}
		}
	}
}

// TestCodeIsKept: code comes out byte for byte, at any width.
func TestCodeIsKept(t *testing.T) {
	code := "$ docker run --name writer -v notes:/data \\\n    busybox sh -c 'echo 한글이 섞인 아주 긴 명령은 그대로 남아야 합니다'\n\n  out  put\n"
	for _, open := range []string{"```\n", "```console\n", "```console run\n", "```sh run file=a\n"} {
		for width := 1; width < 130; width += 7 {
			out := render(t, open+code+"```\n", ansi.Options{Width: width})
			out = strings.TrimPrefix(out, "a:\n")
			var got []string
			for _, line := range strings.Split(strings.TrimSuffix(out, "\n"), "\n") {
				got = append(got, strings.TrimPrefix(line, "  "))
			}
			if diff := cmp.Diff(strings.TrimSuffix(code, "\n"), strings.Join(got, "\n")); diff != "" {
				t.Fatalf("%q at width %d (-want +got):\n%s", open, width, diff)
			}
		}
	}
}

// TestNeutralised: nothing in a lesson can command the terminal.
func TestNeutralised(t *testing.T) {
	evil := "\x1b[31mred\x1b]0;title\x07\u009b2J\x08\x7f\u202eabc\u2066\r"
	for _, src := range []string{
		evil, "`" + evil + "`", "# " + evil, "- " + evil, "> " + evil, "```\n" + evil + "\n```", "    " + evil,
		"[" + evil + "](http://a" + evil + ")", "<http://a/" + evil + ">", "![" + evil + "](<" + evil + ">)",
		"| " + evil + " |\n|---|\n| " + evil + " |", "&#27;[31m &#x9b;2J &#7;", "\\\x1b[31m",
		"<div " + evil + ">\n", "a <b " + evil + "> c", "## " + evil + " {#a}", "**" + evil + "**", "~~" + evil + "~~",
		"```figure a\nalt: " + evil + "\n" + evil + "\n```", "```sh run file=\"" + evil + "\"\n" + evil + "\n```",
		"```quiz a\n" + evil + "\n- [x] " + evil + "\n  > " + evil + "\n```", "> [!NOTE]\n> " + evil,
		"[x](javascript:alert(1)) [y](http://example.com/;\u202e) [z](http://a\x1bb)", "\xff\xfe \x80",
	} {
		for _, opts := range []ansi.Options{{}, {Color: true}, {Color: true, Hyperlinks: true}, {Words: true, Answers: map[string][]int{"a": {0}}}} {
			if err := sane(render(t, src, opts), opts); err != nil {
				t.Errorf("%q: %v", src, err)
			}
			if err := sane(ansi.Inline(src, opts), opts); err != nil {
				t.Errorf("inline %q: %v", src, err)
			}
		}
		if err := sane(ansi.Wrap(src, 40), ansi.Options{}); err != nil {
			t.Errorf("wrap %q: %v", src, err)
		}
	}
}

// TestEveryKind: every kind of node that goldmark, its extensions and the
// lesson syntax have is rendered, and none by chance. A kind is found by
// counting up from the first one until there are no more.
func TestEveryKind(t *testing.T) {
	inner := map[string]bool{ // of the parser's own making, gone before rendering
		"Delimiter": true, "LinkLabelState": true, "ZUnknown": true,
	}
	for _, e := range []goldmark.Extender{extension.GFM, extension.Footnote, extension.DefinitionList, extension.Typographer} {
		goldmark.New(goldmark.WithExtensions(e)) // their kinds exist once they are linked in
	}
	n := 0
	for kind := ast.KindDocument; ; kind++ {
		name, ok := kindName(kind)
		if !ok {
			break
		}
		n++
		if !inner[name] && !ansi.Renders(kind) {
			t.Errorf("the kind %s isn't rendered", name)
		}
	}
	if n < 35 {
		t.Errorf("found %d kinds only", n)
	}
}

func kindName(k ast.NodeKind) (name string, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	return k.String(), true
}

type unknownBlock struct{ ast.BaseBlock }

var kindUnknown = ast.NewNodeKind("ZUnknown")

func (*unknownBlock) Kind() ast.NodeKind { return kindUnknown }
func (*unknownBlock) Dump([]byte, int)   {}

// TestUnknownKind: a node of somebody else's shows what is in it.
func TestUnknownKind(t *testing.T) {
	b := body("**글** 하나\n\n둘\n")
	block, outer := &unknownBlock{}, &unknownBlock{}
	inline := b.Nodes[0].FirstChild()
	block.AppendChild(block, inline)
	outer.AppendChild(outer, b.Nodes[1])
	var out strings.Builder
	if err := ansi.Render(&out, lessons.Body{Source: b.Source, Nodes: []ast.Node{block, outer, &unknownBlock{}}}, ansi.Options{}); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.TrimSpace(out.String()), "글\n\n둘"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestExtensions renders what lessons don't use but goldmark has.
func TestExtensions(t *testing.T) {
	md := goldmark.New(
		goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.DefinitionList, extension.Typographer),
		goldmark.WithRenderer(ansi.NewRenderer(ansi.Options{Width: 40})),
	)
	var b bytes.Buffer
	src := "낱말[^1]과 \"따옴표\"\n\n용어\n: 뜻풀이가 길어지면 다음 줄로 넘어가며 들여씁니다.\n\n[^1]: 각주입니다.\n"
	if err := md.Convert([]byte(src), &b); err != nil {
		t.Fatal(err)
	}
	want := "낱말[1]과 “따옴표”\n\n용어\n  뜻풀이가 길어지면 다음 줄로 넘어가며\n  들여씁니다.\n\n────────────────────\n\n[1] 각주입니다.\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestInline(t *testing.T) {
	for _, row := range []struct {
		in   string
		opts ansi.Options
		want string
	}{
		{"`notes`에 **남는다**", ansi.Options{}, "notes에 남는다"},
		{"`docker ps`와 `.`", ansi.Options{}, "`docker ps`와 `.`"},
		{"`notes`에", ansi.Options{Color: true}, "\x1b[1mnotes\x1b[m에"},
		{"1. 하나", ansi.Options{}, "1. 하나"},
		{"# 하나", ansi.Options{}, "# 하나"},
		{"- [ ] 하나", ansi.Options{}, "- [ ] 하나"},
		{"한글 두칸 글자", ansi.Options{Width: 9}, "한글 두칸\n글자"},
		{"한글두칸글자", ansi.Options{Width: 5}, "한글\n두칸\n글자"},
		{"", ansi.Options{}, ""},
		{"하나\n둘", ansi.Options{}, "하나 둘"},
		{"[말](https://a.b)", ansi.Options{}, "말 (https://a.b)"},
		{"[말](https://a.b)", ansi.Options{Color: true, Hyperlinks: true}, "\x1b]8;;https://a.b\x07\x1b[4m말\x1b]8;;\x07\x1b[m"},
	} {
		if got := ansi.Inline(row.in, row.opts); got != row.want {
			t.Errorf("Inline(%q) = %q, want %q", row.in, got, row.want)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, row := range []struct {
		in    string
		width int
		want  string
	}{
		{"컨테이너 writer에 --name 옵션을 쓰세요", 24, "컨테이너 writer에 --name\n옵션을 쓰세요"},
		{"a\n\nb", 20, "a\n\nb"},
		{"", 20, ""},
		{"볼륨 … · — → 끝", 20, "볼륨 … · — → 끝"},
		{"👩‍👩‍👧‍👦 가족 한국 나라들", 18, "👩‍👩‍👧‍👦 가족 한국\n나라들"},
		{"가나다라마바사아자차", 16, "가나다라마바사아\n자차"},
	} {
		if got := ansi.Wrap(row.in, row.width); got != row.want {
			t.Errorf("Wrap(%q, %d)\n got %q\nwant %q", row.in, row.width, got, row.want)
		}
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"":                              "",
		"볼륨 notes\n  둘째 줄\n":            "볼륨 notes\n  둘째 줄\n",
		"a\x1b[31mb\x07\nc\x1b]0;t\x07": "a^[[31mb^G\nc^[]0;t^G",
		"a\r\nb\tc":                     "a \nb c",
		"\u009b2J \u202eabc \xff":       "\ufffd2J \ufffdabc \ufffd",
	} {
		if got := ansi.Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestDeep: nesting that leaves no room ends in text at the outer margin, not
// in a column of one letter, and not in a stack overflow.
func TestDeep(t *testing.T) {
	for _, src := range []string{
		strings.Repeat("> ", 500) + "끝",
		strings.Repeat("- ", 300) + "끝",
		strings.Repeat("**", 2000) + "끝",
		strings.Repeat("[", 2000) + "끝",
	} {
		out := render(t, src, ansi.Options{Width: 40})
		if !strings.Contains(out, "끝") {
			t.Errorf("%.20q…: the text is lost", src)
		}
		for _, line := range strings.Split(out, "\n") {
			if w := xansi.StringWidth(line); w > 40 {
				t.Errorf("%.20q…: %d columns", src, w)
			}
		}
	}
}

type brokenWriter struct{}

var errBroken = errors.New("broken")

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

func TestWriteError(t *testing.T) {
	if err := ansi.Render(brokenWriter{}, body("글"), ansi.Options{}); !errors.Is(err, errBroken) {
		t.Errorf("err = %v", err)
	}
	if err := ansi.Render(io.Discard, lessons.Body{}, ansi.Options{}); err != nil {
		t.Error(err)
	}
}
