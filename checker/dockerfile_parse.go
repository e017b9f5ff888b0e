package checker

import (
	"bytes"
	"encoding/json"
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// dockerfile is a Dockerfile as BuildKit's parser reads it.
type dockerfile struct {
	instructions []dockerInstruction
	comments     []comment
	args         map[string]string // before the first FROM, with their defaults
}

type comment struct {
	line int
	text string
}

// dockerInstruction is one instruction in one form of writing.
type dockerInstruction struct {
	word   string // in capitals
	flags  []string
	words  []string // one for the shell form
	json   bool     // the exec form
	name   string   // of FROM … AS name
	line   int
	source string
}

// parseFault is why a Dockerfile can't be read, and where.
type parseFault struct {
	line int
	err  error
}

func (e *parseFault) Error() string { return e.err.Error() }

// parseDockerfile reads a Dockerfile, and finds what a build would refuse.
func parseDockerfile(src []byte) (*dockerfile, *parseFault) {
	result, err := parser.Parse(bytes.NewReader(src))
	if err != nil {
		return nil, faultOf(err)
	}
	if _, _, err := instructions.Parse(result.AST, nil); err != nil {
		return nil, faultOf(err)
	}
	file := &dockerfile{args: map[string]string{}}
	for _, n := range result.AST.Children {
		i := instructionOf(n)
		if i.word == "ARG" && file.stages() == 0 {
			for _, w := range i.words {
				name, value, _ := strings.Cut(w, "=")
				file.args[name] = value
			}
		}
		file.instructions = append(file.instructions, i)
	}
	number := 0
	for line := range strings.Lines(string(src)) {
		number++
		if text, ok := strings.CutPrefix(strings.TrimSpace(line), "#"); ok {
			file.comments = append(file.comments, comment{number, strings.TrimSpace(strings.TrimLeft(text, "# "))})
		}
	}
	return file, nil
}

func faultOf(err error) *parseFault {
	fault := &parseFault{line: 1, err: err}
	var located *parser.LocationError
	if errors.As(err, &located) && len(located.Locations) > 0 && len(located.Locations[0]) > 0 {
		fault.line = max(located.Locations[0][0].Start.Line, 1)
		if inner := errors.Unwrap(located); inner != nil {
			fault.err = inner
		}
	}
	return fault
}

// parseInstruction reads one instruction as a check writes it; "…" stands for
// any words.
func parseInstruction(s string) (dockerInstruction, error) {
	if word, _, more := strings.Cut(strings.TrimSpace(s), " "); !more {
		// "CMD" alone is no instruction, but in a check it could only mean this.
		return dockerInstruction{}, errors.New("an instruction needs words after " + strings.ToUpper(word) + "; write … for any")
	}
	result, err := parser.Parse(strings.NewReader(s + "\n"))
	if err != nil {
		return dockerInstruction{}, err
	}
	if len(result.AST.Children) != 1 {
		return dockerInstruction{}, errors.New("one instruction is wanted")
	}
	i := instructionOf(result.AST.Children[0])
	if !slices.Contains(dockerWords, i.word) {
		return i, errors.New("there is no instruction " + i.word + didYouMean(i.word, dockerWords))
	}
	return i, nil
}

var dockerWords = []string{
	"ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL",
	"MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
}

// instructionOf puts a parsed instruction into one form of writing.
func instructionOf(n *parser.Node) dockerInstruction {
	i := dockerInstruction{
		word: strings.ToUpper(n.Value), flags: slices.Clone(n.Flags), json: n.Attributes["json"],
		line: n.StartLine, source: strings.Join(strings.Fields(n.Original), " "),
	}
	slices.Sort(i.flags)
	for next := n.Next; next != nil; next = next.Next {
		i.words = append(i.words, next.Value)
	}
	switch i.word {
	case "ENV", "LABEL":
		// The parser gives name, value, separator.
		var pairs []string
		for at := 0; at+1 < len(i.words); at += 3 {
			pairs = append(pairs, i.words[at]+"="+strings.Trim(i.words[at+1], `"'`))
		}
		if len(pairs) > 0 {
			i.words = pairs
		}
	case "FROM":
		if len(i.words) == 3 && strings.EqualFold(i.words[1], "as") {
			i.name, i.words = strings.ToLower(i.words[2]), i.words[:1]
		}
	case "COPY", "ADD", "VOLUME", "WORKDIR":
		for at, w := range i.words {
			if i.word == "WORKDIR" && len(w) > 1 && (w[0] == '"' || w[0] == '\'') && w[len(w)-1] == w[0] {
				w = w[1 : len(w)-1] // the shell's quotes
			}
			if !strings.Contains(w, "://") && w != "" {
				i.words[at] = path.Clean(w)
			}
		}
		i.json = false
	case "EXPOSE":
		for at, w := range i.words {
			i.words[at] = strings.TrimSuffix(w, "/tcp")
		}
	case "RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK", "SHELL":
		if !i.json {
			i.words = strings.Fields(strings.Join(i.words, " "))
		}
	}
	if len(n.Heredocs) > 0 && i.word == "RUN" {
		i.words = slices.DeleteFunc(i.words, func(w string) bool { return strings.HasPrefix(w, "<<") })
	}
	for _, doc := range n.Heredocs {
		i.words = append(i.words, strings.Fields(doc.Content)...)
	}
	return i
}

func (i dockerInstruction) form() string {
	if i.json {
		return "exec"
	}
	return "shell"
}

// text is the instruction in its one form.
func (i dockerInstruction) text() string {
	parts := append([]string{i.word}, i.flags...)
	if i.json {
		b, err := json.Marshal(i.words)
		if err == nil {
			return strings.Join(append(parts, string(b)), " ")
		}
	}
	return strings.Join(append(parts, i.words...), " ")
}

// fits reports whether an instruction of a file is the wanted one. Flags that
// aren't written aren't asked, nor the name of a stage; "…" takes any words,
// whatever the form.
func (i dockerInstruction) fits(have dockerInstruction, file *dockerfile) bool {
	if i.word != have.word || i.name != "" && i.name != have.name {
		return false
	}
	for _, f := range i.flags {
		if !slices.ContainsFunc(have.flags, func(h string) bool { return wildcardWord(f, h) }) {
			return false
		}
	}
	words := have.words
	if i.word == "FROM" && len(i.words) == 1 && len(words) == 1 && !strings.Contains(i.words[0], "…") {
		base := file.expand(words[0])
		return i.words[0] == base || sameReference(i.words[0], base)
	}
	open := slices.ContainsFunc(i.words, func(w string) bool { return strings.Contains(w, "…") })
	if !open && i.json != have.json {
		return false
	}
	if i.word == "ENV" || i.word == "LABEL" || i.word == "EXPOSE" {
		// More of them in one instruction never disturb.
		for _, w := range i.words {
			if !slices.ContainsFunc(words, func(h string) bool { return wildcardWord(w, h) }) {
				return w == "…" && len(words) > 0
			}
		}
		return true
	}
	return fitWords(i.words, words)
}

// fitWords compares words; a "…" alone stands for any number of them.
func fitWords(want, have []string) bool {
	for len(want) > 0 {
		if want[0] == "…" {
			for skip := range len(have) + 1 {
				if fitWords(want[1:], have[skip:]) {
					return true
				}
			}
			return false
		}
		if len(have) == 0 || !wildcardWord(want[0], have[0]) {
			return false
		}
		want, have = want[1:], have[1:]
	}
	return len(have) == 0
}

// wildcardWord compares one word; a "…" in it stands for any letters. A star
// is COPY's own and stands for itself.
func wildcardWord(want, have string) bool {
	before, after, open := strings.Cut(want, "…")
	if !open {
		return want == have
	}
	return len(have) >= len(before)+len(after) && strings.HasPrefix(have, before) && strings.HasSuffix(have, after)
}

// expand fills in the arguments that stand before the first FROM.
func (f *dockerfile) expand(word string) string {
	if f == nil || !strings.Contains(word, "$") {
		return word
	}
	env := make([]string, 0, len(f.args))
	for _, name := range sortedKeys(f.args) {
		env = append(env, name+"="+f.args[name])
	}
	out, _, err := shell.NewLex('\\').ProcessWord(word, shell.EnvsFromSlice(env))
	if err != nil {
		return word
	}
	return out
}

// stages counts the stages.
func (f *dockerfile) stages() int {
	n := 0
	for _, i := range f.instructions {
		if i.word == "FROM" {
			n++
		}
	}
	return n
}

// base is the image that the final stage is made from, through other stages.
func (f *dockerfile) base() string {
	base := ""
	named := map[string]string{}
	for _, i := range f.instructions {
		if i.word != "FROM" || len(i.words) == 0 {
			continue
		}
		base = f.expand(i.words[0])
		if b, ok := named[strings.ToLower(base)]; ok {
			base = b
		}
		if i.name != "" {
			named[i.name] = base
		}
	}
	return base
}

// last is the final stage's last instruction of a kind; only that one counts.
// A stage made from another takes over what that one set.
func (f *dockerfile) last(word string) *dockerInstruction {
	var found *dockerInstruction
	named := map[string]*dockerInstruction{}
	stage := ""
	for at := range f.instructions {
		i := &f.instructions[at]
		if i.word == "FROM" {
			if stage != "" {
				named[stage] = found
			}
			found, stage = nil, i.name
			if len(i.words) > 0 {
				found = named[strings.ToLower(i.words[0])]
			}
		}
		if i.word == word {
			found = i
		}
	}
	return found
}
