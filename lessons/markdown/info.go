package markdown

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/naru-lab/naru/lessons/internal/near"
)

// Role says what a fenced block is for.
type Role string

// The roles there are. A fence without one is plain code.
const (
	RoleNone     Role = ""
	RoleRun      Role = "run"      // shown, and executed by the proof
	RoleCheck    Role = "check"    // what a step asks for
	RoleSolution Role = "solution" // shown only when asked for
	RoleMistake  Role = "mistake"  // never shown; must lead to its finding
	RoleQuiz     Role = "quiz"
	RoleFigure   Role = "figure"
)

// Fence is what a fence's info string says.
type Fence struct {
	Lang string // "console", "dockerfile"; empty for check, quiz and figure
	Role Role
	Name string // of a quiz or a figure

	File    string // file=: the workspace file that the block's text becomes
	ID      string // id=: joins the blocks of one mistake
	Finding string // finding=: what a mistake must bring about

	Line int // the opening fence's, from 1; the text begins in the next one
}

func (f *Fence) line() int { return f.Line }

// named are the roles that stand in the place of a language.
var named = []string{string(RoleCheck), string(RoleQuiz), string(RoleFigure)}

// words are the roles that follow a language.
var words = []string{string(RoleRun), string(RoleSolution), string(RoleMistake)}

// attributes are what each role takes.
var attributes = map[Role][]string{
	RoleRun:      {"file"},
	RoleSolution: {"file"},
	RoleMistake:  {"finding", "id", "file"},
}

// Expressions are compiled when they are first used, as most starts of the
// program use none.
var infoPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:([A-Za-z_-]+)=("[^"]*"|[^\s"]*)|[^\s"=]+)(?:\s+|$)`)
})

// ValidID reports whether an id is well formed: a small letter, then small
// letters, digits and hyphens.
func ValidID(id string) bool {
	const small = "abcdefghijklmnopqrstuvwxyz"
	return strings.Trim(id, small+"0123456789-") == "" && strings.IndexAny(id, small) == 0
}

// parseInfo reads an info string. A fence in a language of its own, without a
// role, is anybody's code and never wrong, unless it looks like a role misspelt.
func parseInfo(info string, bad func(format string, args ...any)) Fence {
	lang, rest, _ := strings.Cut(strings.TrimSpace(info), " ")
	rest = strings.TrimSpace(rest)
	f := Fence{Lang: lang}
	if slices.Contains(named, lang) {
		f.Role, f.Lang = Role(lang), ""
	} else if w := near.Word(lang, named); w != "" && near.Distance(lang, w) == 1 {
		bad("unknown block %q (did you mean %q?)", lang, w)
	}
	for rest != "" {
		m := infoPattern().FindStringSubmatch(rest)
		if m == nil {
			bad("can't read %q: write a word, or key=\"value\"", rest)
			break
		}
		rest = rest[len(m[0]):]
		word := strings.TrimSpace(m[0])
		switch {
		case m[1] != "":
			f.attribute(m[1], strings.Trim(m[2], `"`), bad)
		case f.Role == RoleQuiz && f.Name == "", f.Role == RoleFigure && f.Name == "":
			f.Name = word
		case f.Role == RoleNone && slices.Contains(words, word):
			f.Role = Role(word)
		case f.Role == RoleNone:
			bad("unknown word %q after %q%s", word, lang, orList(near.Hint(word, words), words))
		default:
			bad("%q takes no further word, but here is %q", f.Role, word)
		}
	}
	return f
}

func (f *Fence) attribute(key, value string, bad func(format string, args ...any)) {
	known := attributes[f.Role]
	if !slices.Contains(known, key) {
		what := "code without a role (run, solution, mistake)"
		if f.Role != RoleNone {
			what = "a " + string(f.Role) + " block"
		}
		bad("%s has no attribute %q%s", what, key, near.Hint(key, known))
		return
	}
	if value == "" {
		bad("%s= is empty", key)
		return
	}
	field := map[string]*string{"file": &f.File, "id": &f.ID, "finding": &f.Finding}[key]
	if *field != "" {
		bad("%s= is given twice", key)
	}
	*field = value
}

// orList gives the hint, or where there is none, all that is known.
func orList(hint string, known []string) string {
	if hint != "" {
		return hint
	}
	return " (known: " + strings.Join(known, ", ") + ")"
}
