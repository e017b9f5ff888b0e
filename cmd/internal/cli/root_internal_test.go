package cli

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/naru-lab/naru/cmd/internal/messages"
)

// TestVerbAlone: a verb that is made alone is found by what was typed, and its
// help is that which it has among all others.
func TestVerbAlone(t *testing.T) {
	a := &app{sys: System{Getenv: func(string) string { return "" }}, lang: "en", cat: messages.Catalog()}
	all := newRootCmd(a, []string{"help"})
	if got, want := len(all.Commands()), len(verbs)+2; got != want { // help and completion
		t.Errorf("%d verbs, want %d", got, want)
	}
	for _, v := range verbs {
		root := newRootCmd(a, []string{v.name, "--help"})
		alone, _, err := root.Find([]string{v.name})
		if err != nil || alone.Name() != v.name || len(root.Commands()) != 1 {
			t.Errorf("%s: found %q of %d, %v", v.name, alone.Name(), len(root.Commands()), err)
			continue
		}
		among, _, err := all.Find([]string{v.name})
		if err != nil || among.GroupID != v.group {
			t.Errorf("%s: %v, in group %q", v.name, err, among.GroupID)
		}
		if diff := cmp.Diff(among.UsageString(), alone.UsageString()); diff != "" {
			t.Errorf("%s: usage among all (-), alone (+):\n%s", v.name, diff)
		}
	}
}
