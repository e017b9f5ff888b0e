package cli_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/naru-lab/naru/checker/messages"
	"github.com/naru-lab/naru/cmd/internal/images"
	"github.com/naru-lab/naru/cmd/internal/learner"
	ours "github.com/naru-lab/naru/cmd/internal/messages"
)

// TestCatalogue holds that both languages say the same things with the same
// values.
func TestCatalogue(t *testing.T) {
	if err := ours.Catalog().Check(); err != nil {
		t.Error(err)
	}
}

// TestEveryIDIsSaid holds that each id in the code is in the catalogue, and
// each id in the catalogue is in the code, literally or by a known prefix.
func TestEveryIDIsSaid(t *testing.T) {
	cat := ours.Catalog()
	used := literals(t)
	prefixes := map[string][]string{
		"kind.": {learner.KindContainer, learner.KindVolume, learner.KindNetwork, learner.KindImage},
		"reset.why.": {
			string(learner.Anonymous), string(learner.ByBuilding), string(learner.Before), string(learner.Remade), string(learner.Used),
			string(learner.LastName), string(learner.Catalogue), string(learner.Unsure), string(learner.NoBaseline),
		},
		"prepare.from.": {
			string(images.FromEngine), string(images.FromRegistry), string(images.FromCache), string(images.FromPackages), string(images.FromNowhere),
		},
		"error.unknown-":     {"lesson", "step", "question"},
		"error.workspace-":   {learner.WorkspaceIsFile, learner.WorkspacesAreFile, learner.WorkspaceIsGone, learner.WorkspaceIsElsewhere},
		"error.engine.":      nil,
		"error.engine.hint.": {"doctor", "start", "permission", "again", "prepare"},
		"help.":              nil,
		"help.group.":        {"learn", "machine", "author"},
		"help.course-test.":  {"short", "long", "example"},
		"help.course-lint.":  {"short", "long", "example"},
		"help.completion.":   {"short"},
		"error.answer-":      nil,
		"hint.":              nil,
		"learn.prompt":       nil,
	}
	for id := range used { // what the line player says otherwise
		if cat.Has("en", "learn."+id) {
			used["learn."+id] = true
		}
	}
	for prefix, ends := range prefixes {
		for _, end := range ends {
			used[prefix+end] = true
		}
	}
	for id := range used {
		if strings.HasSuffix(id, ".") || strings.HasSuffix(id, "-") || strings.HasPrefix(id, "help.") || !strings.Contains(id, ".") {
			continue // the beginning of an id
		}
		if !cat.Has("en", id) && isID(cat, id) {
			t.Errorf("the catalogue lacks %q", id)
		}
	}
	for _, id := range cat.IDs("en") {
		known := used[id]
		for prefix, ends := range prefixes {
			known = known || ends == nil && strings.HasPrefix(id, prefix)
		}
		if !known {
			t.Errorf("nothing says %q", id)
		}
	}
}

// isID tells an id from another string with a dot, such as a file's name: its
// first word is one that ids begin with.
func isID(cat *messages.Catalog, s string) bool {
	first, _, _ := strings.Cut(s, ".")
	for _, id := range cat.IDs("en") {
		if strings.HasPrefix(id, first+".") && !strings.ContainsAny(s, " /%") {
			return true
		}
	}
	return false
}

// literals collects the string literals of this package's code.
func literals(t *testing.T) map[string]bool {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), e.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if s, err := strconv.Unquote(lit.Value); err == nil {
					found[s] = true
				}
			}
			return true
		})
	}
	return found
}
