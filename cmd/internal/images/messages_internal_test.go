package images

import (
	"strings"
	"testing"

	"github.com/naru-lab/naru/checker/messages"
)

// TestMessages: both languages say everything that can be said, with a value
// for each placeholder, and nothing else is in the catalogue.
func TestMessages(t *testing.T) {
	cat := messages.New(Messages())
	if err := cat.Check(); err != nil {
		t.Error(err)
	}
	said := map[string]bool{}
	check := func(id string, data map[string]any) {
		t.Helper()
		said[id] = true
		for _, lang := range messages.Languages() {
			if text := cat.Say(lang, id, data); text == id || strings.Contains(text, "<no value>") {
				t.Errorf("%s: %q", lang, text)
			}
		}
	}
	for _, k := range []EventKind{Present, Pulling, Layer, Waiting, Cached, Lists, Packages, Composing, Loading, Pulled, StandIn} {
		check(Event{Kind: k}.Message())
	}
	check(Event{Kind: Present, StandIn: true}.Message())
	errs := []error{&PlatformError{}, &ForeignError{}, &UnknownError{}}
	for _, r := range []Reason{Unreachable, RateLimit, Denied, NotFound, NoPlatform, Failed} {
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
	for _, id := range cat.IDs("ko") {
		if !said[id] {
			t.Errorf("%s is never said", id)
		}
	}
}
