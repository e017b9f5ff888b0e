package markdown

import (
	"bytes"
	"io/fs"
	"regexp"
	"strings"
	"sync"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// The kinds of the nodes that fences become.
var (
	KindRun    = ast.NewNodeKind("NaruRun")
	KindHidden = ast.NewNodeKind("NaruHidden")
	KindFigure = ast.NewNodeKind("NaruFigure")
	KindQuiz   = ast.NewNodeKind("NaruQuiz")
)

// Run is a block that is shown and can be run: commands with their sample
// output, or a file.
type Run struct {
	ast.BaseBlock
	Fence
}

// Kind implements ast.Node.
func (*Run) Kind() ast.NodeKind { return KindRun }

// IsRaw implements ast.Node: the lines are shown as they stand.
func (*Run) IsRaw() bool { return true }

// Dump implements ast.Node.
func (n *Run) Dump(source []byte, level int) {
	ast.DumpHelper(n, source, level, map[string]string{"Lang": n.Lang, "File": n.File}, nil)
}

// Hidden is a block that no renderer shows: checks, a solution, a mistake.
type Hidden struct {
	ast.BaseBlock
	Fence
}

// Kind implements ast.Node.
func (*Hidden) Kind() ast.NodeKind { return KindHidden }

// IsRaw implements ast.Node.
func (*Hidden) IsRaw() bool { return true }

// Dump implements ast.Node.
func (n *Hidden) Dump(source []byte, level int) {
	ast.DumpHelper(n, source, level, map[string]string{"Role": string(n.Role)}, nil)
}

// Figure is a picture drawn with characters. Its lines are the art alone.
type Figure struct {
	ast.BaseBlock
	Fence
	Alt string // what the picture shows, in words
}

// Kind implements ast.Node.
func (*Figure) Kind() ast.NodeKind { return KindFigure }

// IsRaw implements ast.Node: the lines are shown as they stand.
func (*Figure) IsRaw() bool { return true }

// Dump implements ast.Node.
func (n *Figure) Dump(source []byte, level int) {
	ast.DumpHelper(n, source, level, map[string]string{"Name": n.Name, "Alt": n.Alt}, nil)
}

// fenceTransformer makes nodes of the fences that have a role.
type fenceTransformer struct{}

// Transform implements parser.ASTTransformer.
func (fenceTransformer) Transform(doc *ast.Document, reader text.Reader, pc parser.Context) {
	source := reader.Source()
	var fences []*ast.FencedCodeBlock
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if n.Type() == ast.TypeInline {
			return ast.WalkSkipChildren, nil
		}
		if f, ok := n.(*ast.FencedCodeBlock); ok && entering {
			if !closed(f, source) {
				report(pc, Line(f, source), "the code block is never closed")
			}
			if f.Info != nil {
				fences = append(fences, f)
			}
		}
		return ast.WalkContinue, nil
	})
	for _, f := range fences {
		line := lineOf(source, f.Info.Segment.Start)
		bad := func(format string, args ...any) { report(pc, line, format, args...) }
		fence := parseInfo(string(f.Info.Segment.Value(source)), bad)
		fence.Line = line
		if fence.Role == RoleNone {
			continue
		}
		if f.Parent() != doc {
			bad("a %s block must not stand inside a list or a quote", fence.Role)
			continue
		}
		fence.validate(bad)
		n := fence.node(f, source, pc)
		n.SetBlankPreviousLines(f.HasBlankPreviousLines())
		doc.ReplaceChild(doc, f, n)
	}
}

// closed reports whether a fence has its closing line. Without one it goes on
// to the end of the document, or of the list or quote that it stands in.
func closed(f *ast.FencedCodeBlock, source []byte) bool {
	var end int
	switch {
	case f.Lines().Len() > 0:
		end = f.Lines().At(f.Lines().Len() - 1).Stop
	case f.Info != nil:
		end = f.Info.Segment.Stop
		if i := bytes.IndexByte(source[end:], '\n'); i >= 0 {
			end += i + 1
		}
	default:
		return true // empty, and without a place
	}
	line, _, _ := bytes.Cut(source[min(end, len(source)):], []byte("\n"))
	line = bytes.TrimLeft(line, " \t>")
	return bytes.HasPrefix(line, []byte("```")) || bytes.HasPrefix(line, []byte("~~~"))
}

func (f Fence) node(code *ast.FencedCodeBlock, source []byte, pc parser.Context) ast.Node {
	var n ast.Node
	switch f.Role {
	case RoleRun:
		n = &Run{Fence: f}
	case RoleQuiz:
		return newQuiz(f, code.Lines(), source, pc)
	case RoleFigure:
		return newFigure(f, code.Lines(), source, pc)
	case RoleNone, RoleCheck, RoleSolution, RoleMistake:
		n = &Hidden{Fence: f}
	}
	n.SetLines(code.Lines())
	return n
}

var findingPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[a-z_]+(\.[A-Za-z_]+)*( [a-z-]+)?$`)
})

// validate says what is wrong in what a fence's attributes say together.
func (f Fence) validate(bad func(format string, args ...any)) {
	executed := f.Role == RoleRun || f.Role == RoleSolution || f.Role == RoleMistake
	switch {
	case !executed:
	case f.File == "" && f.Lang != "console":
		bad("a %s block in %q needs file=NAME; commands stand in a console block", f.Role, f.Lang)
	case f.File != "" && f.Lang == "console":
		bad("a console block runs commands and can't have file=")
	}
	if f.File != "" && (!fs.ValidPath(f.File) || f.File == "." || strings.ContainsAny(f.File, "\\\x00") || strings.HasPrefix(f.File, "~")) {
		bad("file=%q must be a path inside the workspace: relative, with slashes, without \"..\"", f.File)
	}
	if f.ID != "" && !ValidID(f.ID) {
		bad("id=%q must be small letters, digits and hyphens, a letter first", f.ID)
	}
	if f.Finding != "" && !findingPattern().MatchString(f.Finding) {
		bad("finding=%q must be a field and, if wanted, a reason: \"container.volumes different\"", f.Finding)
	}
	if f.Role == RoleQuiz || f.Role == RoleFigure {
		if f.Name == "" {
			bad("a %s needs a name: ```%s NAME", f.Role, f.Role)
		} else if !ValidID(f.Name) {
			bad("the name %q must be small letters, digits and hyphens, a letter first", f.Name)
		}
	}
}

const altPrefix = "alt:"

func newFigure(f Fence, lines *text.Segments, source []byte, pc parser.Context) *Figure {
	n := &Figure{Fence: f}
	art := text.NewSegments()
	for i := range lines.Len() {
		seg := lines.At(i)
		line := strings.TrimSpace(string(seg.Value(source)))
		if i == 0 && strings.HasPrefix(line, altPrefix) {
			n.Alt = strings.TrimSpace(line[len(altPrefix):])
			continue
		}
		if art.Len() == 0 && line == "" {
			continue
		}
		art.Append(seg)
	}
	if n.Alt == "" {
		report(pc, f.Line+1, "a figure begins with a line \"alt: …\" that says in words what it shows")
	}
	if art.Len() == 0 {
		report(pc, f.Line, "the figure %q is empty", f.Name)
	}
	n.SetLines(art)
	return n
}
