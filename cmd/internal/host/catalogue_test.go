package host_test

import (
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	yaml "go.yaml.in/yaml/v4"

	"github.com/naru-lab/naru/checker/messages"
	"github.com/naru-lab/naru/cmd/internal/host"
)

func catalogue(t *testing.T, lang string) map[string]string {
	t.Helper()
	src, err := os.ReadFile("messages/" + lang + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	if err := yaml.Load(src, &texts); err != nil {
		t.Fatal(err)
	}
	return texts
}

func TestCatalogueReads(t *testing.T) {
	if err := messages.New(os.DirFS("messages")).Check(); err != nil {
		t.Error(err)
	}
}

var placeholder = regexp.MustCompile(`\.[A-Z]\w*`)

// Both languages say the same things about the same values.
func TestCatalogue(t *testing.T) {
	ko, en := catalogue(t, "ko"), catalogue(t, "en")
	for id, text := range ko {
		if _, ok := en[id]; !ok {
			t.Errorf("en.yaml lacks %s", id)
		}
		values := func(s string) []string {
			found := placeholder.FindAllString(s, -1)
			slices.Sort(found)
			return slices.Compact(found)
		}
		if d := cmp.Diff(values(text), values(en[id])); d != "" {
			t.Errorf("%s: values differ (-ko +en):\n%s", id, d)
		}
	}
	for id := range en {
		if _, ok := ko[id]; !ok {
			t.Errorf("ko.yaml lacks %s", id)
		}
	}
}

// Every finding, step, note and refusal has a text, and a fake machine on
// which it comes about.
func TestEveryTextIsMet(t *testing.T) {
	texts := catalogue(t, "ko")
	met := map[string]bool{}
	say := func(id, text string) {
		met[id] = true
		if texts[id] == "" || strings.Contains(text, "<no value>") {
			t.Errorf("%s: %q", id, text)
		}
	}
	for _, name := range machines(t) {
		f, m := load(t, name)
		for _, found := range host.Diagnose(t.Context(), m, f.Ask) {
			for _, lang := range []string{"ko", "en"} {
				w := found.Say(lang)
				say("doctor."+found.ID+".what", w.What)
				if found.Level != host.OK {
					say("doctor."+found.ID+".why", w.Why)
					say("doctor."+found.ID+".fix", w.Fix)
				}
			}
		}
		plan, err := host.PlanSetup(t.Context(), m, f.Options)
		if refused, ok := errors.AsType[*host.PlanError](err); ok {
			say("setup.error."+refused.ID, refused.Say("ko"))
			say("setup.error."+refused.ID+".hint", refused.Hint("ko"))
			continue
		}
		for _, s := range plan.Steps {
			say("setup.step."+s.ID, s.Say("ko"))
		}
		for _, n := range plan.Notes {
			say("setup.note."+n.ID, n.Say("ko"))
		}
	}
	for id := range texts {
		running := strings.HasPrefix(id, "setup.failed.") || strings.HasPrefix(id, "setup.hint.") || strings.HasPrefix(id, "setup.error.sudo")
		if !met[id] && !running {
			t.Errorf("no machine in testdata meets %s", id)
		}
	}
}
