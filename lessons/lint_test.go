package lessons_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/naru-lab/naru/lessons"
)

var update = flag.Bool("update", false, "write what comes out as what is wanted")

// want is the file of an archive that holds Lint's output.
const want = "want"

// TestLint runs Lint on every course of testdata/lint: a txtar archive whose
// comment says what is wrong with it.
func TestLint(t *testing.T) {
	archives, err := filepath.Glob("testdata/lint/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			fsys, wanted := unpack(a)
			got := ""
			if errs := lessons.Lint(fsys, noTabs); len(errs) > 0 {
				got = errs.Error() + "\n"
			}
			if *update {
				a.Files = append(withoutWant(a.Files), txtar.File{Name: want, Data: []byte(got)})
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(strings.Split(wanted, "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", strings.TrimSpace(string(a.Comment)), diff)
			}
		})
	}
}

// noTabs stands in for the checker's eyes.
func noTabs(b lessons.Block) []lessons.Issue {
	var issues []lessons.Issue
	for i, line := range strings.Split(b.Text, "\n") {
		if strings.HasPrefix(line, "\t") {
			issues = append(issues, lessons.Issue{Line: i + 1, Message: "a tab"})
		}
	}
	return issues
}

func unpack(a *txtar.Archive) (fstest.MapFS, string) {
	fsys := fstest.MapFS{}
	wanted := ""
	for _, f := range a.Files {
		if f.Name == want {
			wanted = string(f.Data)
		} else {
			fsys[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	return fsys, wanted
}

func withoutWant(files []txtar.File) []txtar.File {
	var out []txtar.File
	for _, f := range files {
		if f.Name != want {
			out = append(out, f)
		}
	}
	return out
}
