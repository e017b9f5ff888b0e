package host

import (
	"encoding/json"
	"strings"
)

// Action is one command of a plan.
type Action struct {
	Argv  []string
	Stdin string
}

// as makes an action that is run as root.
func (p *Plan) as(argv ...string) Action {
	if p.m.UID != 0 {
		argv = append([]string{"sudo"}, argv...)
	}
	return Action{Argv: argv}
}

// write makes an action that writes a file as root.
func (p *Plan) write(path, content string) Action {
	a := p.as("tee", path)
	a.Stdin = content
	return a
}

// String is the action as a person would type it.
func (a Action) String() string {
	words := make([]string, len(a.Argv))
	for i, w := range a.Argv {
		words[i] = quote(w)
	}
	s := strings.Join(words, " ")
	if a.Stdin != "" {
		s += " >/dev/null <<'EOF'\n" + strings.TrimSuffix(a.Stdin, "\n") + "\nEOF"
	}
	return s
}

// MarshalJSON gives the action as text.
func (a Action) MarshalJSON() ([]byte, error) { return json.Marshal(a.String()) }

// quote quotes a word for a shell where that is needed.
func quote(s string) string {
	plain := func(r rune) bool {
		return r > 127 || strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=+,@%", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
