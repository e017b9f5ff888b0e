package markdown

import (
	"unicode"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// emphasisParser reads `*` as CommonMark does, and lets it open or close beside
// Hangul, Han and Kana where CommonMark's flanking rules don't.
//
// By those rules `**` followed by a letter may close only after another letter,
// so `**도커(Docker)**는` isn't bold: a particle follows its word without a
// space. (CommonMark 0.31.2, section 6.2; the problem is known as
// commonmark/commonmark-spec#650.) Beside white space nothing changes:
// `2 * 3 * 4` stays what it is.
type emphasisParser struct{}

func newEmphasisParser() parser.InlineParser { return emphasisParser{} }

// Trigger implements parser.InlineParser.
func (emphasisParser) Trigger() []byte { return []byte{'*'} }

// Parse implements parser.InlineParser.
func (emphasisParser) Parse(_ ast.Node, block text.Reader, pc parser.Context) ast.Node {
	before := block.PrecendingCharacter()
	line, segment := block.PeekLine()
	node := parser.ScanDelimiter(line, before, 1, emphasisDelimiters{})
	if node == nil {
		return nil
	}
	after := ' '
	if node.OriginalLength < len(line) {
		after = util.ToRune(line, node.OriginalLength)
	}
	if spaceless(after) && !util.IsSpaceRune(before) {
		node.CanClose = true
	}
	if spaceless(before) && !util.IsSpaceRune(after) {
		node.CanOpen = true
	}
	node.Segment = segment.WithStop(segment.Start + node.OriginalLength)
	block.Advance(node.OriginalLength)
	pc.PushDelimiter(node)
	return node
}

// spaceless reports whether words of r's script are joined to what follows
// without a space.
func spaceless(r rune) bool {
	return unicode.In(r, unicode.Hangul, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

type emphasisDelimiters struct{}

// IsDelimiter implements parser.DelimiterProcessor.
func (emphasisDelimiters) IsDelimiter(b byte) bool { return b == '*' }

// CanOpenCloser implements parser.DelimiterProcessor.
func (emphasisDelimiters) CanOpenCloser(opener, closer *parser.Delimiter) bool {
	return opener.Char == closer.Char
}

// OnMatch implements parser.DelimiterProcessor.
func (emphasisDelimiters) OnMatch(consumes int) ast.Node { return ast.NewEmphasis(consumes) }
