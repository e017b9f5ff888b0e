package markdown

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"github.com/naru-lab/naru/lessons/internal/near"
)

// KindAlert is the kind of Alert.
var KindAlert = ast.NewNodeKind("NaruAlert")

// AlertType is the word in `> [!WORD]`.
type AlertType string

// The alerts there are.
const (
	Hint    AlertType = "HINT" // given only when asked for
	Note    AlertType = "NOTE"
	Tip     AlertType = "TIP"
	Warning AlertType = "WARNING"
)

var alertTypes = []string{string(Hint), string(Note), string(Tip), string(Warning)}

// Alert is a quote that begins with `[!NOTE]` or another of its kind.
type Alert struct {
	ast.BaseBlock
	Alert AlertType
	at    int
}

// NewAlert makes an alert of a kind, without content.
func NewAlert(t AlertType) *Alert { return &Alert{Alert: t} }

func (n *Alert) line() int { return n.at }

// Kind implements ast.Node.
func (*Alert) Kind() ast.NodeKind { return KindAlert }

// Dump implements ast.Node.
func (n *Alert) Dump(source []byte, level int) {
	ast.DumpHelper(n, source, level, map[string]string{"Alert": string(n.Alert)}, nil)
}

var alertPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^\[!([A-Za-z_-]*)\](.*)$`)
})

// marker reads a line such as [!NOTE]. rest is what stands behind it.
func marker(line []byte) (word, rest string, ok bool) {
	m := alertPattern().FindStringSubmatch(strings.TrimSpace(string(line)))
	if m == nil {
		return "", "", false
	}
	return strings.ToUpper(m[1]), m[2], true
}

// alertAttribute marks, between the two transformers below, a quote that is an
// alert. It holds the Alert to be.
const alertAttribute = "naru-alert"

// alertParagraphTransformer takes the marker line out of a quote's first
// paragraph before its inline content is parsed.
type alertParagraphTransformer struct{}

// Transform implements parser.ParagraphTransformer.
func (alertParagraphTransformer) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	quote, ok := node.Parent().(*ast.Blockquote)
	if !ok || node.Lines().Len() == 0 {
		return
	}
	source := reader.Source()
	reportLate(node, source, pc)
	if node.PreviousSibling() != nil {
		return
	}
	first := node.Lines().At(0)
	word, rest, ok := marker(first.Value(source))
	if !ok {
		return
	}
	line := lineOf(source, first.Start)
	if !slices.Contains(alertTypes, word) {
		report(pc, line, "unknown note \"[!%s]\"%s", word, orList(near.Hint(word, alertTypes), alertTypes))
		return
	}
	if rest != "" {
		report(pc, line, "text after [!%s] belongs in the next line", word)
		return
	}
	quote.SetAttributeString(alertAttribute, &Alert{Alert: AlertType(word), at: line})
	content := text.NewSegments()
	for i := 1; i < node.Lines().Len(); i++ {
		content.Append(node.Lines().At(i))
	}
	if content.Len() == 0 {
		quote.RemoveChild(quote, node)
		return
	}
	node.SetLines(content)
}

// reportLate finds markers that don't begin their quote: two quotes without an
// empty line between them are one.
func reportLate(node *ast.Paragraph, source []byte, pc parser.Context) {
	for i := range node.Lines().Len() {
		if i == 0 && node.PreviousSibling() == nil {
			continue
		}
		seg := node.Lines().At(i)
		if word, rest, ok := marker(seg.Value(source)); ok && rest == "" && slices.Contains(alertTypes, word) {
			report(pc, lineOf(source, seg.Start), "[!%s] must begin a quote: leave an empty line above it, without \">\"", word)
		}
	}
}

// alertTransformer turns marked quotes into alerts.
type alertTransformer struct{}

// Transform implements parser.ASTTransformer.
func (alertTransformer) Transform(doc *ast.Document, _ text.Reader, pc parser.Context) {
	var quotes []*ast.Blockquote
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if n.Type() == ast.TypeInline {
			return ast.WalkSkipChildren, nil
		}
		if q, ok := n.(*ast.Blockquote); ok && entering {
			if _, ok := q.AttributeString(alertAttribute); ok {
				quotes = append(quotes, q)
			}
		}
		return ast.WalkContinue, nil
	})
	for _, q := range quotes {
		v, _ := q.AttributeString(alertAttribute)
		alert := v.(*Alert)
		for c := q.FirstChild(); c != nil; {
			next := c.NextSibling()
			alert.AppendChild(alert, c)
			c = next
		}
		alert.SetBlankPreviousLines(q.HasBlankPreviousLines())
		if alert.ChildCount() == 0 {
			report(pc, alert.at, "[!%s] is empty", alert.Alert)
		}
		if alert.Alert == Hint && q.Parent() != doc {
			report(pc, alert.at, "a hint must not stand inside a list or a quote")
		}
		q.Parent().ReplaceChild(q.Parent(), q, alert)
	}
}
