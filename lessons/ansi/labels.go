package ansi

import (
	"strconv"

	"github.com/naru-lab/naru/lessons"
	"github.com/naru-lab/naru/lessons/markdown"
)

// labels are the few words that the renderer adds of its own.
var labels = map[lessons.Lang]map[string]string{
	lessons.Korean: {
		string(markdown.Hint):    "힌트",
		string(markdown.Note):    "참고",
		string(markdown.Tip):     "도움말",
		string(markdown.Warning): "주의",
		labelFigure:              "그림",
	},
	lessons.English: {
		string(markdown.Hint):    "Hint",
		string(markdown.Note):    "Note",
		string(markdown.Tip):     "Tip",
		string(markdown.Warning): "Warning",
		labelFigure:              "Figure",
	},
}

const labelFigure = "figure"

func label(lang lessons.Lang, name string) string {
	if of, ok := labels[lang]; ok {
		return of[name]
	}
	return labels[lessons.Korean][name]
}

func itoa(n int) string { return strconv.Itoa(n) }
