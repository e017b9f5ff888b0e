package checker

import (
	"encoding/json"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/naru-lab/naru/checker/engine"
)

// shareWish asks that the lowest layers of two images are the same ones.
type shareWish struct {
	With   imageRef `yaml:"with"`
	Layers int      `yaml:"layers"`
}

// layerWish asks about the layer that an instruction made.
type layerWish struct {
	As          string `yaml:"as"` // "earlier": the image of an earlier step; or a reference
	Instruction string `yaml:"instruction"`
}

// earlier stands for the image that passed in an earlier step.
const earlier = "earlier"

func (s *imageSpec) judgeLayers(v *view, r *verdict, sub Subject, i *engine.Image) {
	if s.From != "" {
		if b, ok := v.otherImage(r, sub, "image.from", string(s.From)); ok && !startsWith(i.Layers, b.Layers) {
			f := r.add(sub, "image.from", Different, familiar(string(s.From)), "")
			v.nameBase(f, i, string(s.From))
		}
	}
	if w := s.Shares; w != nil {
		if other, ok := v.otherImage(r, sub, "image.shares", string(w.With)); ok {
			n := 0
			for n < min(len(i.Layers), len(other.Layers)) && i.Layers[n] == other.Layers[n] {
				n++
			}
			if n < w.Layers {
				r.add(sub, "image.shares", Different, count(w.Layers), count(n)).explain("shared-layers", "Image", familiar(string(w.With)))
			}
		}
	}
	if len(s.History) == 0 && s.SameLayer == nil && s.OtherLayer == nil {
		return
	}
	history, known := v.history(string(s.Image))
	if !known {
		return
	}
	s.judgeHistory(r, sub, history)
	s.judgeLayer(v, r, sub, i, history, s.SameLayer, "image.same_layer", true)
	s.judgeLayer(v, r, sub, i, history, s.OtherLayer, "image.other_layer", false)
}

// otherImage finds an image that this one is held against.
func (v *view) otherImage(r *verdict, sub Subject, field, ref string) (*engine.Image, bool) {
	other, known := v.namedImage(ref)
	if known && other == nil {
		f := r.add(sub, field, Missing, familiar(ref), "").explain("no-such-image", "Image", familiar(ref))
		f.Near = v.nearImage(ref)
	}
	return other, other != nil
}

func startsWith(layers, prefix []string) bool {
	return len(prefix) > 0 && len(layers) >= len(prefix) && slices.Equal(layers[:len(prefix)], prefix)
}

// nameBase names the image that this one was truly made from, where it is
// among those that bear the wanted one's name.
func (v *view) nameBase(f *Finding, i *engine.Image, want string) {
	images, known := v.images()
	if !known {
		return
	}
	for _, sum := range images {
		for _, tag := range sum.Tags {
			if repository(tag) != repository(want) || sameReference(tag, want) {
				continue
			}
			base, known := v.namedImage(tag)
			if known && base != nil && startsWith(i.Layers, base.Layers) {
				f.Got = familiar(tag)
			}
		}
	}
}

// judgeHistory judges that instructions made the image, in their order.
func (s *imageSpec) judgeHistory(r *verdict, sub Subject, history []engine.History) {
	made := make([]string, 0, len(history))
	for _, h := range slices.Backward(history) { // the oldest first
		made = append(made, instruction(h.CreatedBy))
	}
	next := 0
	for _, w := range s.History {
		at := slices.IndexFunc(made[next:], func(m string) bool { return madeBy(w, m) })
		if at >= 0 {
			next += at + 1
			continue
		}
		f := r.add(sub, "image.history", Missing, w, "")
		if i := slices.IndexFunc(made, func(m string) bool { return madeBy(w, m) }); i >= 0 {
			f.Reason, f.Got = Different, made[i]
			f.explain("order")
			continue
		}
		word, _, _ := strings.Cut(tidy(w), " ")
		for _, m := range made {
			if strings.HasPrefix(m, word+" ") && !strings.HasPrefix(m, word+" /bin/sh -c #(nop)") {
				f.Got = m // the last of the kind is the learner's own
			}
		}
	}
}

// judgeLayer judges whether the layer that an instruction made is one of
// another image's.
func (s *imageSpec) judgeLayer(v *view, r *verdict, sub Subject, i *engine.Image, history []engine.History, w *layerWish, field string, same bool) {
	if w == nil {
		return
	}
	layer, ok := layerOf(i, history, w.Instruction)
	if !ok {
		r.add(sub, field, Missing, w.Instruction, "").explain("no-such-instruction", "Instruction", w.Instruction)
		return
	}
	var others [][]string
	if w.As == earlier {
		for _, e := range v.Evidence {
			if e.Kind == "image" && sameReference(e.Name, string(s.Image)) && e.ID != i.ID {
				others = append(others, e.Layers)
			}
		}
		if len(others) == 0 {
			r.add(sub, field, NeverSeen, w.Instruction, "").explain("no-earlier-image")
			return
		}
		others = others[len(others)-1:] // the one before this
	} else {
		other, ok := v.otherImage(r, sub, field, w.As)
		if !ok {
			return
		}
		others = [][]string{other.Layers}
	}
	if slices.Contains(others[0], layer) == same {
		return
	}
	reason := Different
	if !same {
		reason = NotReplaced
	}
	r.add(sub, field, reason, w.Instruction, "").explain(map[bool]string{true: "layer-made-anew", false: "layer-reused"}[same], "Instruction", w.Instruction)
}

// layerOf finds the layer that an instruction made, the last that fits. It
// counts from the top: an image's lowest layers may have no history.
func layerOf(i *engine.Image, history []engine.History, want string) (string, bool) {
	at := len(i.Layers)
	for _, h := range history { // the newest first
		if h.Empty {
			continue
		}
		at--
		if at < 0 {
			break
		}
		if madeBy(want, instruction(h.CreatedBy)) {
			return i.Layers[at], true
		}
	}
	return "", false
}

// instruction is a history entry as a Dockerfile would have it. The classic
// builder, BuildKit and build arguments each put something around it.
func instruction(createdBy string) string {
	s := strings.TrimSpace(createdBy)
	s = strings.TrimSpace(strings.TrimSuffix(s, "# buildkit"))
	if rest, ok := strings.CutPrefix(s, "RUN "); ok {
		return tidy("RUN " + withoutShell(withoutArgs(rest)))
	}
	s = withoutArgs(s)
	if rest, ok := cutShell(s); ok {
		if nop, ok := strings.CutPrefix(rest, "#(nop)"); ok {
			return tidy(strings.TrimSpace(nop))
		}
		return tidy("RUN " + rest)
	}
	// Of RUN in the exec form the classic builder keeps the bare command.
	if word, _, _ := strings.Cut(s, " "); s != "" && !slices.Contains(dockerWords, word) {
		return tidy("RUN " + s)
	}
	return tidy(s)
}

// withoutArgs takes away the build arguments: "|1 FOO=bar /bin/sh -c …". With
// the exec form of RUN no shell tells where they end, but their number.
func withoutArgs(s string) string {
	if !strings.HasPrefix(s, "|") {
		return s
	}
	for _, shell := range []string{"/bin/sh -c ", "/bin/ash ", "/bin/bash "} {
		if i := strings.Index(s, shell); i >= 0 {
			return s[i:]
		}
	}
	number, rest, _ := strings.Cut(s[1:], " ")
	n, err := strconv.Atoi(number)
	for range n {
		_, rest, _ = strings.Cut(rest, " ")
	}
	if err != nil || rest == "" {
		return s
	}
	return rest
}

func withoutShell(s string) string {
	if rest, ok := cutShell(s); ok {
		return rest
	}
	return s
}

// cutShell takes away the shell that RUN starts, with its options.
func cutShell(s string) (string, bool) {
	shell, rest, ok := strings.Cut(s, " ")
	if !ok || !path.IsAbs(shell) || !isShell(shell) {
		return s, false
	}
	for strings.HasPrefix(rest, "-") {
		flag, after, _ := strings.Cut(rest, " ")
		rest = after
		if strings.HasSuffix(flag, "c") {
			return strings.TrimSpace(rest), true
		}
		if strings.HasSuffix(flag, "o") { // -o pipefail
			_, rest, _ = strings.Cut(rest, " ")
		}
	}
	return s, false
}

// tidy is an instruction in one form: its word in capitals, single spaces, and
// JSON without spaces between its words.
func tidy(s string) string {
	word, rest, found := strings.Cut(strings.TrimSpace(s), " ")
	if !found {
		return strings.ToUpper(word)
	}
	rest = strings.Join(strings.Fields(rest), " ")
	if strings.HasPrefix(rest, "[") && strings.HasSuffix(rest, "]") {
		if words, ok := jsonWords(rest); ok {
			rest = words
		}
	}
	return strings.ToUpper(word) + " " + rest
}

// jsonWords writes a JSON list of words in one way. A history has no commas
// between them: CMD ["node" "app.js"].
func jsonWords(s string) (string, bool) {
	var words []string
	if json.Unmarshal([]byte(s), &words) != nil && json.Unmarshal([]byte(strings.ReplaceAll(s, `" "`, `", "`)), &words) != nil {
		return "", false
	}
	b, err := json.Marshal(words)
	return string(b), err == nil
}

// madeBy reports whether an instruction is the wanted one. The classic builder
// keeps of COPY and ADD no source but its hash: there the rest decides.
func madeBy(want, made string) bool {
	want = tidy(want)
	if wildcard(want, made) {
		return true
	}
	var flags, has []string
	flags, want = plainCopy(want)
	has, made = plainCopy(made)
	for _, f := range flags {
		if !slices.ContainsFunc(has, func(h string) bool { return wildcard(f, h) }) {
			return false
		}
	}
	if wildcard(want, made) {
		return true
	}
	word, rest, _ := strings.Cut(made, " ")
	if word != "COPY" && word != "ADD" || !strings.HasPrefix(want, word+" ") {
		return false
	}
	fields := strings.Fields(rest)
	in := slices.Index(fields, "in")
	if in < 0 || !slices.ContainsFunc(fields[:in], isHash) {
		return false
	}
	dest := strings.Join(fields[in+1:], " ")
	wanted := strings.Fields(want)
	last := wanted[len(wanted)-1]
	return wildcard(last, dest) || path.Clean(last) == path.Clean(dest) || !path.IsAbs(last) && path.Base(path.Clean(last)) == path.Base(path.Clean(dest)) ||
		path.Clean(last) == "." && path.IsAbs(dest)
}

// plainCopy parts an instruction's flags from the rest, and writes the paths
// of COPY and ADD in one way: "./" is ".", and what isn't asked of flags isn't
// judged.
func plainCopy(s string) (flags []string, rest string) {
	words := strings.Fields(s)
	if len(words) < 2 || !slices.Contains([]string{"COPY", "ADD", "RUN", "HEALTHCHECK", "WORKDIR"}, words[0]) {
		return nil, s
	}
	plain := words[:1:1]
	for n, w := range words[1:] {
		switch {
		case strings.HasPrefix(w, "--") && len(plain) == 1:
			flags = append(flags, w)
		case words[0] == "RUN" || words[0] == "HEALTHCHECK":
			return flags, strings.Join(append(plain, words[1+n:]...), " ")
		case strings.Contains(w, "://"):
			plain = append(plain, w)
		default:
			plain = append(plain, path.Clean(w))
		}
	}
	return flags, strings.Join(plain, " ")
}

func isHash(s string) bool {
	return strings.HasPrefix(s, "dir:") || strings.HasPrefix(s, "file:") || strings.HasPrefix(s, "multi:")
}

// wildcard compares a text with a pattern in which "*" and "…" stand for
// anything.
func wildcard(pattern, s string) bool {
	parts := strings.FieldsFunc(strings.ReplaceAll(pattern, "…", "*"), func(c rune) bool { return c == '*' })
	open := strings.ReplaceAll(pattern, "…", "*")
	if !strings.Contains(open, "*") {
		return pattern == s
	}
	if pattern == s {
		return true
	}
	if !strings.HasPrefix(open, "*") && len(parts) > 0 {
		if !strings.HasPrefix(s, parts[0]) {
			return false
		}
		s, parts = s[len(parts[0]):], parts[1:]
	}
	var last string
	if !strings.HasSuffix(open, "*") && len(parts) > 0 {
		last, parts = parts[len(parts)-1], parts[:len(parts)-1]
		if !strings.HasSuffix(s, last) {
			return false
		}
		s = s[:len(s)-len(last)]
	}
	for _, p := range parts {
		i := strings.Index(s, p)
		if i < 0 {
			return false
		}
		s = s[i+len(p):]
	}
	return true
}
