package markdown

import "github.com/yuin/goldmark/parser"

// GitHub is what reads GitHub's additions to CommonMark.
func GitHub() (strike, task parser.InlineParser, table parser.ParagraphTransformer, pipes parser.ASTTransformer) {
	return strikeParser{}, taskParser{}, tableTransformer{}, pipeTransformer{}
}
