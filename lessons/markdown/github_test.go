package markdown_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"github.com/naru-lab/naru/lessons/markdown"
)

// github is markdown with goldmark's own reading of GitHub's additions, beside
// CommonMark alone, so that nothing of the lesson syntax stands between.
var github, ours = withAdditions(
	extension.NewStrikethroughParser(), extension.NewTaskCheckBoxParser(),
	extension.NewTableParagraphTransformer(), extension.NewTableASTTransformer(),
), withAdditions(markdown.GitHub())

func withAdditions(strike, task parser.InlineParser, table parser.ParagraphTransformer, pipes parser.ASTTransformer) parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(parser.DefaultBlockParsers()...),
		parser.WithInlineParsers(append(parser.DefaultInlineParsers(), util.Prioritized(strike, 500), util.Prioritized(task, 0))...),
		parser.WithParagraphTransformers(append(parser.DefaultParagraphTransformers(), util.Prioritized(table, 200))...),
		parser.WithASTTransformers(util.Prioritized(pipes, 0)),
	)
}

// tree writes a document down: its nodes with their places and what they hold.
func tree(p parser.Parser, src string) string {
	var b strings.Builder
	depth := 0
	_ = ast.Walk(p.Parse(text.NewReader([]byte(src))), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			depth--
			return ast.WalkContinue, nil
		}
		fmt.Fprintf(&b, "%s%s %d", strings.Repeat("  ", depth), n.Kind(), n.Pos())
		depth++
		if n.Type() == ast.TypeBlock {
			for i := range n.Lines().Len() {
				line := n.Lines().At(i)
				fmt.Fprintf(&b, " %q", line.Value([]byte(src)))
			}
		}
		switch n := n.(type) {
		case *ast.Text:
			fmt.Fprintf(&b, " %q %v %v", n.Segment.Value([]byte(src)), n.SoftLineBreak(), n.IsRaw())
		case *extast.Table:
			fmt.Fprint(&b, n.Alignments)
		case *extast.TableCell:
			fmt.Fprint(&b, n.Alignment)
		case *extast.TaskCheckBox:
			fmt.Fprint(&b, n.IsChecked)
		}
		b.WriteByte('\n')
		return ast.WalkContinue, nil
	})
	return b.String()
}

// TestGitHub: tables, strikethrough and task lists are what goldmark's
// extensions make of them.
func TestGitHub(t *testing.T) {
	pages, err := filepath.Glob("../../content/*/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatal(pages, err)
	}
	sources := slices.Clone(gitHubSeeds)
	for _, page := range pages {
		src, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, string(src))
	}
	for _, src := range sources {
		if diff := cmp.Diff(tree(github, src), tree(ours, src)); diff != "" {
			t.Errorf("%q: goldmark's extension (-), ours (+):\n%s", src, diff)
		}
	}
	if got := tree(ours, "|a|\n|-|\n~~b~~\n\n- [x] c"); !slices.Equal(kinds(got), []string{
		"Document", "Table", "TableHeader", "TableCell", "Text", "TableRow", "TableCell", "Strikethrough", "Text",
		"List", "ListItem", "TextBlock", "TaskCheckBox", "Text",
	}) {
		t.Errorf("the additions aren't read:\n%s", got)
	}
}

// FuzzGitHub: likewise, whatever the text.
func FuzzGitHub(f *testing.F) {
	for _, src := range gitHubSeeds {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		if diff := cmp.Diff(tree(github, src), tree(ours, src)); diff != "" {
			t.Errorf("goldmark's extension (-), ours (+):\n%s", diff)
		}
	})
}

func kinds(tree string) (kinds []string) {
	for line := range strings.Lines(tree) {
		kinds = append(kinds, strings.Fields(line)[0])
	}
	return kinds
}

var gitHubSeeds = []string{
	"|a|b|\n|-|-|\n|1|2|\n", "a|b\n:-|-:\n1|2", "| a | b |\n|:-:|---|\n| 1 |\n| 1 | 2 | 3 |\n\n나루", "a\n-\n", "|a|\n|-",
	"above\n| a |\n| - |\n| 1 |", "a|b\n-|-|-\n", "a\nb|c\n-|-\n\\|d|`e\\|f`\\|`g`|", "|`a\\|b\\|c`|\n|-|\n|`d\\|`e\\|`f`|\n",
	"> | a |\n> | - |\n> | `x \\| y` |\n> lazy", "- | a |\n  | - |\n  | 1 |", "    |a|\n    |-|", "a|b\n    -|-\n", "|a|\n| |\n|-|",
	"|\n|-|\n|", "||\n|-|\n||", "a\r\n-|\r\nb\r\n", "a|\n-|\n|b", "|a|\n|:|\n", "|a|\n|--:-|", "|a|\n|- -|",
	"~a~ ~~b~~ ~~~c~~~ ~~d~ ~ e ~", "~~도커(Docker)~~는 ~~a *b~~ c*", "~~a\nb~~", "a~~b~~c ~~ d~~",
	"- [ ] a\n- [x] b\n- [X]c\n- [y] d\n- [\t] e\n- a [x]\n-  [x]\n\n  [x] f\n\n[x] g", "1. [x]\n2. [ ]   h\n\n   [ ] i",
}
