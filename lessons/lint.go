package lessons

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// hintCount is how many hints a checking step has: the idea, the shape of the
// command, the whole command.
const hintCount = 3

// Issue is something wrong inside a block.
type Issue struct {
	Line    int // in the block's text, from 1
	Message string
}

// Lint reads a whole course and gives all that is wrong with it, by file and
// line; nil when nothing is. What a check block says is another package's
// vocabulary: checks judges one, and may be nil.
func Lint(fsys fs.FS, checks func(Block) []Issue) Errors {
	c, errs := open(fsys)
	for _, e := range c.Entries {
		errs = append(errs, c.lintEntry(e, checks)...)
	}
	return errs.sorted(false)
}

func (c *Course) lintEntry(e Entry, checks func(Block) []Issue) Errors {
	var errs Errors
	for _, lang := range c.Langs {
		if !slices.Contains(e.Langs, lang) {
			errs.lacks(Position{e.file(lang), 1}, "the translation is missing: the course's title is in %q too", lang)
		}
	}
	c.lintFiles(e, &errs)
	values, err := e.values(nil)
	if err != nil {
		errs.add(Position{e.file(Korean), 1}, "%v", err)
	}
	pages := c.readPages(e, values)
	l, built := c.build(e, values, pages)
	errs = append(errs, built...)
	lintParams(e, pages, &errs)
	for i, step := range l.Steps {
		s := pages[0].sections[i]
		s.lint(&errs)
		if checks == nil || step.Checks.Text == "" {
			continue
		}
		for _, issue := range checks(step.Checks) {
			at := step.Checks.Position
			at.Line += max(issue.Line, 0)
			errs.add(at, "%s", issue.Message)
		}
	}
	for _, p := range pages[1:] {
		compare(pages[0], p, &errs)
	}
	return errs
}

// lintFiles looks for markdown that nobody would read.
func (c *Course) lintFiles(e Entry, errs *Errors) {
	names, err := fs.ReadDir(c.fsys, e.Dir)
	if err != nil {
		errs.add(Position{File: e.Dir}, "reading: %v", err)
		return
	}
	known := make([]string, len(languages))
	for i, l := range languages {
		known[i] = string(l) + ".md"
	}
	for _, n := range names {
		if path.Ext(n.Name()) == ".md" && !n.IsDir() && !slices.Contains(known, n.Name()) {
			errs.add(Position{File: e.Dir + "/" + n.Name()}, "no lesson reads this file%s", orKnown(n.Name(), known))
		}
	}
}

// lintParams finds parameters that the front matter names wrongly, and those
// that nothing uses.
func lintParams(e Entry, pages []*page, errs *Errors) {
	used := map[string]bool{}
	for _, p := range pages {
		maps.Copy(used, p.used)
	}
	values, _ := e.values(nil)
	front := slices.Concat(e.Images, e.Owns.Containers, e.Owns.Images, e.Owns.Volumes, e.Owns.Networks)
	at := Position{e.file(Korean), 1}
	for _, s := range front {
		fill(s, values, func(name string) { used[name] = true }, func(name string, _ int) {
			errs.add(at, "unknown param %q in %q%s", name, s, didYouMean(name, e.paramNames()))
		})
	}
	for _, p := range e.Params {
		if p.Name != "" && !used[p.Name] {
			errs.lacks(at, "nothing uses the param %q: write {{%s}}", p.Name, p.Name)
		}
	}
}

// lint looks at what a step of the original must have to be whole.
func (s *section) lint(errs *Errors) {
	checking := len(s.checks) > 0
	if !checking {
		for _, group := range [][]Block{s.solutions, attempted(s.mistakes)} {
			if len(group) > 0 {
				errs.lacks(group[0].Position, "the step %q has nothing to check, so there is nothing to solve or to mistake", s.id)
			}
		}
	}
	if checking && len(s.runs)+len(s.solutions) == 0 {
		errs.lacks(s.Position, "the step %q has neither a run nor a solution block: nothing shows that it can be passed", s.id)
	}
	if len(s.body.Nodes) == 0 {
		errs.lacks(s.Position, "the step %q has no text", s.id)
	}
	s.lintHints(checking, errs)
}

func (s *section) lintHints(checking bool, errs *Errors) {
	switch {
	case checking && len(s.hints) != hintCount:
		errs.lacks(s.Position, "the step %q needs three hints (the idea, the shape of the command, the whole command), not %d", s.id, len(s.hints))
	case !checking && len(s.hints) > 0:
		errs.lacks(s.hints[0].Position, "the step %q has nothing to check, so a hint is never shown", s.id)
	}
}

func attempted(attempts []attempt) []Block {
	blocks := make([]Block, len(attempts))
	for i, a := range attempts {
		blocks[i] = a.Block
	}
	return blocks
}

// isComment reports whether a line of a file is a remark, which may be
// translated.
func isComment(line string) bool {
	line = strings.TrimSpace(line)
	return line == "" || strings.HasPrefix(line, "#") || strings.HasPrefix(line, "//")
}
