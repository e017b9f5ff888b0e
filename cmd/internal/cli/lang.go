package cli

import (
	"strings"

	"github.com/naru-lab/naru/lessons"
)

// language decides which language to speak before the command line is parsed,
// since help texts and the errors of parsing are spoken too: --lang, NARU_LANG,
// then the locale as glibc reads it. A locale that isn't Korean gets English.
func language(args []string, getenv func(string) string) lessons.Lang {
	for i, a := range args {
		if a == "--" {
			break
		}
		if v, ok := strings.CutPrefix(a, "--lang="); ok {
			return langOf(v)
		}
		if a == "--lang" && i+1 < len(args) {
			return langOf(args[i+1])
		}
	}
	for _, name := range []string{"NARU_LANG", "LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := getenv(name); v != "" {
			return langOf(v)
		}
	}
	return lessons.English
}

func langOf(locale string) lessons.Lang {
	if l := strings.ToLower(locale); l == "ko" || strings.HasPrefix(l, "ko_") || strings.HasPrefix(l, "ko-") || strings.HasPrefix(l, "ko.") {
		return lessons.Korean
	}
	return lessons.English
}
