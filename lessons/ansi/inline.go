package ansi

import (
	"net/url"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"

	"github.com/naru-lab/naru/lessons/markdown"
)

// inlineRenderer is what renders a kind of inline node into spans; nil for a
// kind that isn't known, which shows its children.
func inlineRenderer(kind ast.NodeKind) func(*inliner, ast.Node) {
	switch kind {
	case ast.KindText:
		return (*inliner).textNode
	case ast.KindString:
		return (*inliner).stringNode
	case ast.KindCodeSpan:
		return (*inliner).codeSpan
	case ast.KindEmphasis:
		return (*inliner).emphasis
	case ast.KindLink:
		return (*inliner).linkNode
	case ast.KindAutoLink:
		return (*inliner).autoLink
	case ast.KindImage:
		return (*inliner).image
	case ast.KindRawHTML:
		return (*inliner).rawHTML
	case extast.KindStrikethrough:
		return (*inliner).strikethrough
	case extast.KindTaskCheckBox:
		return (*inliner).checkBox
	case extast.KindFootnoteLink:
		return (*inliner).footnoteLink
	case extast.KindFootnoteBacklink:
		return func(*inliner, ast.Node) {} // nowhere to go back to
	}
	return nil
}

// inliner gathers a block's inline content.
type inliner struct {
	*printer
	spans []span
	style style
	link  string
}

// inline gives the inline content of a block.
func (p *printer) inline(n ast.Node) []span {
	in := &inliner{printer: p}
	in.children(n)
	return in.spans
}

func (in *inliner) children(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if f := inlineRenderer(c.Kind()); f != nil {
			f(in, c)
		} else {
			in.children(c)
		}
	}
}

// with renders in a style added to the one at hand.
func (in *inliner) with(s style, f func()) {
	outer := in.style
	in.style |= s
	f()
	in.style = outer
}

func (in *inliner) add(text string) {
	if text = clean(text); text != "" {
		in.spans = append(in.spans, span{text, in.style, in.link})
	}
}

func (in *inliner) textNode(node ast.Node) {
	n := node.(*ast.Text)
	if n.IsRaw() {
		in.add(string(n.Segment.Value(in.source)))
	} else {
		in.add(markdown.Unescape(n.Segment.Value(in.source)))
	}
	switch {
	case n.HardLineBreak():
		in.spans = append(in.spans, span{text: "\n"})
	case n.SoftLineBreak():
		in.spans = append(in.spans, span{" ", in.style, in.link})
	}
}

func (in *inliner) stringNode(node ast.Node) {
	n := node.(*ast.String)
	if n.IsCode() { // meant for HTML as it stands, with character references
		in.add(markdown.Unescape(n.Value))
		return
	}
	in.add(string(n.Value))
}

// codeSpan is bold, as manuals set what is to be typed. In plain text quotes
// mark it where it couldn't be told from the words around it.
func (in *inliner) codeSpan(n ast.Node) {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			b.Write(t.Segment.Value(in.source))
		}
	}
	code := strings.ReplaceAll(b.String(), "\n", " ")
	if !in.opts.Color && !oneWord(code) {
		code = "`" + code + "`"
	}
	in.with(bold, func() { in.add(code) })
}

// oneWord reports whether code is a word or a path that stands for itself.
func oneWord(code string) bool {
	letter := false
	for i, r := range code {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r >= 0x80:
			letter = true
		case strings.ContainsRune("/._:=-+@{}<>[]", r):
			if i == len(code)-1 && r != '/' {
				return false // could be the sentence's own
			}
		default:
			return false
		}
	}
	return letter
}

func (in *inliner) emphasis(n ast.Node) {
	s := underline // italics are ill readable in Hangul
	if n.(*ast.Emphasis).Level > 1 {
		s = bold
	}
	in.with(s, func() { in.children(n) })
}

func (in *inliner) strikethrough(n ast.Node) {
	if !in.opts.Color {
		in.add("~~")
		defer in.add("~~")
	}
	in.with(strike, func() { in.children(n) })
}

func (in *inliner) checkBox(n ast.Node) {
	if n.(*extast.TaskCheckBox).IsChecked {
		in.add("[x] ")
	} else {
		in.add("[ ] ")
	}
}

func (in *inliner) footnoteLink(n ast.Node) {
	in.add("[" + itoa(n.(*extast.FootnoteLink).Index) + "]")
}

func (in *inliner) linkNode(n ast.Node) {
	to := markdown.Unescape(n.(*ast.Link).Destination)
	in.linked(to, func() { in.children(n) })
}

func (in *inliner) autoLink(node ast.Node) {
	n := node.(*ast.AutoLink)
	to := string(n.URL(in.source))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(to), "mailto:") {
		to = "mailto:" + to
	}
	in.linked(to, func() { in.add(string(n.Label(in.source))) })
}

// linked renders a link's text, and its address where the text doesn't say it
// and the terminal can't keep it.
func (in *inliner) linked(to string, text func()) {
	start := len(in.spans)
	link := address(to)
	if in.opts.Color && in.opts.Hyperlinks && link != "" {
		outer := in.link
		in.link = link
		in.with(underline, text)
		in.link = outer
		return
	}
	in.with(underline, text)
	shown := ""
	for _, s := range in.spans[start:] {
		shown += s.text
	}
	if shown == to || "mailto:"+shown == to || to == "" || strings.HasPrefix(to, "#") {
		return
	}
	if shown == "" {
		in.add(to)
		return
	}
	in.add(" (" + to + ")")
}

// address is a link's address as a terminal may take it; "" for those that
// lead nowhere from a terminal.
func address(to string) string {
	u, err := url.Parse(to)
	if err != nil {
		return ""
	}
	switch u.Scheme {
	case "http", "https", "mailto":
	default:
		return ""
	}
	s := u.String()
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f || s[i] == ';' {
			return ""
		}
	}
	return s
}

func (in *inliner) image(node ast.Node) {
	n := node.(*ast.Image)
	in.linked(markdown.Unescape(n.Destination), func() {
		in.add("[" + label(in.opts.Lang, labelFigure))
		if n.HasChildren() {
			in.add(": ")
			in.children(n)
		}
		in.add("]")
	})
}

// rawHTML is shown as text; comments are the author's.
func (in *inliner) rawHTML(node ast.Node) {
	n := node.(*ast.RawHTML)
	var b strings.Builder
	for i := range n.Segments.Len() {
		seg := n.Segments.At(i)
		b.Write(seg.Value(in.source))
	}
	if !strings.HasPrefix(b.String(), "<!--") {
		in.add(b.String())
	}
}
