package checker

import (
	"errors"
	"strings"
)

// splitWords splits a text into words as a POSIX shell does: by white space,
// with quotes and backslashes; nothing is expanded.
func splitWords(s string) ([]string, error) {
	words := []string{}
	var word strings.Builder
	open, quote, escaped := false, rune(0), false
	for _, c := range s {
		switch {
		case escaped:
			// In double quotes a backslash stays before an ordinary letter.
			if quote == '"' && !strings.ContainsRune("\"\\$`\n", c) {
				word.WriteByte('\\')
			}
			if c != '\n' {
				word.WriteRune(c)
			}
			escaped = false
		case c == '\\' && quote != '\'':
			open, escaped = true, true
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(c)
		case c == '\'' || c == '"':
			open, quote = true, c
		case strings.ContainsRune(" \t\r\n", c):
			if open {
				words = append(words, word.String())
				word.Reset()
				open = false
			}
		default:
			open = true
			word.WriteRune(c)
		}
	}
	if quote != 0 || escaped {
		return nil, errors.New("a quote is not closed")
	}
	if open {
		words = append(words, word.String())
	}
	return words, nil
}

// joinWords is a command as one would type it, quoted where it must be.
func joinWords(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		switch {
		case strings.Contains(w, "'") && !strings.ContainsAny(w, "\"\\$`!"):
			w = `"` + w + `"`
		case w == "" || strings.ContainsAny(w, " \t\r\n'\"\\$`&|;<>()*?[]#~!"):
			w = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
		quoted[i] = w
	}
	return strings.Join(quoted, " ")
}
