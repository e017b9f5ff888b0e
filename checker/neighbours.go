package checker

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/naru-lab/naru/checker/engine"
)

// namedContainer finds a container by its name; an engine also finds them by
// the beginning of an ID, which nobody gave as a name.
func (v *view) namedContainer(name string) (*engine.Container, bool) {
	c, known := v.container(name)
	if c != nil && c.Name != name {
		c = nil
	}
	return c, known
}

// nearOtherKind finds an object of another kind that bears the name: people
// make a volume where a network is asked for.
func (v *view) nearOtherKind(name, kind string) Near {
	var rivals []rival
	add := func(k string, created time.Time) {
		rivals = append(rivals, rival{subject: Subject{k, name}, created: created, why: nearOtherKind})
	}
	if kind != "container" {
		if c, known := v.namedContainer(name); known && c != nil {
			add("container", c.Created)
		}
	}
	if kind != "volume" {
		if vol, known := v.volume(name); known && vol != nil {
			add("volume", vol.Created)
		}
	}
	if kind != "network" {
		// From the list: an engine takes a name such as "db" for the beginning
		// of an ID, too.
		list, known := v.networks()
		if i := slices.IndexFunc(list, func(n engine.Network) bool { return n.Name == name }); known && i >= 0 {
			add("network", list[i].Created)
		}
	}
	return v.nearest(rivals)
}

// explainRemoved says of a missing object that it was there, where an event of
// this lesson tells, and how a container ended that removed itself.
func (v *view) explainRemoved(f *Finding) {
	events, known := v.events()
	if !known {
		return
	}
	for _, e := range slices.Backward(events) {
		if e.Type != f.Subject.Kind || !sameName(e.Type, eventName(e), f.Subject.Name) || !isRemoval(e) {
			continue
		}
		if f.Near.IsZero() || f.Near.Why == nearSameImage || f.Near.Why == nearOtherKind || f.Near.Why == nearExtended {
			f.Near = Near{Subject: f.Subject, Why: nearRemoved, Since: e.Time}
		}
		return
	}
}

// pairs judges names with values: variables or labels. More of them never
// disturb.
func (r *verdict) pairs(s Subject, field string, want pairs, have map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		value, set := have[name]
		wish := want[name]
		if set && (wish == nil || *wish == value) {
			continue
		}
		if set {
			f := r.add(s, field, Different, pair(name, wish), pair(name, &value))
			f.Item = name
			switch {
			case strings.TrimSpace(value) == strings.TrimSpace(*wish):
				f.explain("white-space")
			case value == `"`+*wish+`"` || value == `'`+*wish+`'`:
				f.explain("quoted")
			case strings.EqualFold(value, *wish):
				f.explain("letter-case")
			}
			continue
		}
		f := r.add(s, field, Missing, pair(name, wish), "")
		f.Item = name
		others := sortedKeys(have)
		others = slices.DeleteFunc(others, func(o string) bool { _, asked := want[o]; return asked })
		if near := nearestWord(name, others); near != "" {
			got := have[near]
			f.Got = pair(near, &got)
			f.explain("similar-name", "Similar", near)
		}
	}
}

func yesNo(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// validateName says what is wrong in the name of an object.
func validateName(kind, name string) []error {
	if name == "" {
		return []error{fieldErrorf(kind, "a name is missing")}
	}
	for i, c := range name {
		ok := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || i > 0 && strings.ContainsRune("_.-", c)
		if !ok {
			return []error{fieldErrorf(kind, "%q can't be a name: docker takes letters, digits, and after the first also _ . -", name)}
		}
	}
	return nil
}

// count writes a number.
func count(n int) string { return fmt.Sprint(n) }

// shownLines is how much of a log a finding shows.
const shownLines = 3

// lastLines is the end of a text, for a finding: its last lines, each cut to a
// bearable length, without empty ones.
func lastLines(s string) string {
	var lines []string
	for line := range strings.Lines(s) {
		line = strings.TrimRight(line, "\r\n\t ")
		line = strings.ReplaceAll(line, "\r", `\r`) // where it is, it matters
		if line == "" {
			continue
		}
		if r := []rune(line); len(r) > 200 {
			line = string(r[:199]) + "…"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines[max(0, len(lines)-shownLines):], "\n")
}

// endpoint finds a container's place in a network.
func endpoint(c *engine.Container, network string) (engine.Attachment, bool) {
	i := slices.IndexFunc(c.Networks, func(e engine.Attachment) bool { return e.Network == network })
	if i < 0 {
		return engine.Attachment{}, false
	}
	return c.Networks[i], true
}

// number writes a number without needless zeros.
func number(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }
