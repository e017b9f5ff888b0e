package images

import (
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"
)

var placeholder = regexp.MustCompile(`\.(\w+)`)

// TestMessages: both languages have the same ids with the same placeholders,
// and everything that can be said is among them, with values for all of them.
func TestMessages(t *testing.T) {
	read := func(name string) map[string]string {
		src, err := fs.ReadFile(Messages(), name)
		if err != nil {
			t.Fatal(err)
		}
		m := map[string]string{}
		if err := yaml.Unmarshal(src, &m); err != nil {
			t.Fatal(err)
		}
		return m
	}
	holes := func(text string) map[string]bool {
		found := map[string]bool{}
		for _, action := range regexp.MustCompile(`{{[^}]*}}`).FindAllString(text, -1) {
			for _, m := range placeholder.FindAllStringSubmatch(action, -1) {
				found[m[1]] = true
			}
		}
		return found
	}
	ko, en := read("ko.yaml"), read("en.yaml")
	if diff := cmp.Diff(slices.Sorted(maps.Keys(ko)), slices.Sorted(maps.Keys(en))); diff != "" {
		t.Errorf("ids:\n%s", diff)
	}
	said := map[string]bool{}
	check := func(id string, data map[string]any) {
		said[id] = true
		if diff := cmp.Diff(holes(ko[id]), holes(en[id])); diff != "" || ko[id] == "" {
			t.Errorf("%s: %q\n%s", id, ko[id], diff)
		}
		for hole := range holes(ko[id]) {
			if _, ok := data[hole]; !ok {
				t.Errorf("%s: nothing for %q", id, hole)
			}
		}
	}
	reasons := []Reason{Unreachable, RateLimit, Denied, NotFound, NoPlatform, Failed}
	for _, k := range []EventKind{Present, Pulling, Layer, Waiting, Cached, Lists, Packages, Composing, Loading, Pulled, StandIn} {
		check(Event{Kind: k}.Message())
	}
	check(Event{Kind: Present, StandIn: true}.Message())
	errs := []error{&PlatformError{}, &ForeignError{}, &UnknownError{}}
	for _, r := range reasons {
		check(Event{Kind: NoAnswer, Reason: r}.Message())
		errs = append(errs, &PullError{Reason: r, Err: errAbsent})
	}
	for _, k := range []PackagesKind{NoApt, NoSpace, NoLists, NoCandidate, NoDownload, BadPackage} {
		errs = append(errs, &PackagesError{Kind: k})
	}
	for _, err := range errs {
		id, data, ok := Message(err)
		if !ok {
			t.Errorf("%T has no message", err)
		}
		check(id, data)
	}
	for id := range ko {
		if !said[id] {
			t.Errorf("%s is never said", id)
		}
	}
}
