package checker

import (
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/naru-lab/naru/checker/engine"
)

// healthWish is a health check that is wanted: true (some), false (none), or
// Compose's mapping.
type healthWish struct {
	none bool
	spec healthSpec
}

type healthSpec struct {
	Test        *healthTest `yaml:"test"`
	Interval    *duration   `yaml:"interval"`
	Timeout     *duration   `yaml:"timeout"`
	StartPeriod *duration   `yaml:"start_period"`
	Retries     *int        `yaml:"retries"`
}

func (w *healthWish) decode(d *decoder, n *yaml.Node) {
	switch {
	case n.Kind == yaml.MappingNode:
		d.into(n, &w.spec, "healthcheck")
	case n.Value == "true":
	case n.Value == "false":
		w.none = true
	default:
		d.errorf(n, "healthcheck: true, false, or a mapping with test, interval, timeout, retries, start_period")
	}
}

// healthTest is a probe in Docker's form; a text is a shell command.
type healthTest []string

func (t *healthTest) decode(d *decoder, n *yaml.Node) {
	if n.Kind == yaml.ScalarNode {
		*t = healthTest{"CMD-SHELL", n.Value}
		return
	}
	if n.Kind != yaml.SequenceNode || len(n.Content) < 2 ||
		!slices.Contains([]string{"CMD", "CMD-SHELL"}, n.Content[0].Value) {
		d.errorf(n, `test: a command as one text, or a list that starts with CMD or CMD-SHELL`)
		return
	}
	for _, item := range n.Content {
		if s, ok := d.text(item, "test"); ok {
			*t = append(*t, s)
		}
	}
}

func hasHealthcheck(h *engine.Healthcheck) bool {
	return h != nil && len(h.Test) > 0 && h.Test[0] != "NONE"
}

// The engine's own values where none is given (moby daemon/health.go).
const (
	healthInterval = 30 * time.Second
	healthTimeout  = 30 * time.Second
	healthRetries  = 3
)

// judgeHealthcheck judges how health is probed.
func (r *verdict) judgeHealthcheck(s Subject, field string, want *healthWish, have *engine.Healthcheck) {
	switch {
	case want == nil:
		return
	case want.none:
		if hasHealthcheck(have) {
			r.add(s, field, Extra, "none", showTest(have.Test))
		}
		return
	case !hasHealthcheck(have):
		wish := ""
		if want.spec.Test != nil {
			wish = showTest(*want.spec.Test)
		}
		r.add(s, field, Missing, wish, "")
		return
	}
	if t := want.spec.Test; t != nil && !sameTest(*t, have.Test) {
		r.add(s, field, Different, showTest(*t), showTest(have.Test)).Item = "test"
	}
	span := func(item string, want *duration, have, fallback time.Duration) {
		if have == 0 {
			have = fallback
		}
		if want != nil && time.Duration(*want) != have {
			r.add(s, field, Different, item+" "+time.Duration(*want).String(), item+" "+have.String()).Item = item
		}
	}
	span("interval", want.spec.Interval, have.Interval, healthInterval)
	span("timeout", want.spec.Timeout, have.Timeout, healthTimeout)
	span("start_period", want.spec.StartPeriod, have.StartPeriod, 0)
	retries := have.Retries
	if retries == 0 {
		retries = healthRetries
	}
	if w := want.spec.Retries; w != nil && *w != retries {
		r.add(s, field, Different, "retries "+count(*w), "retries "+count(retries)).Item = "retries"
	}
}

// sameTest compares probes by what is run.
func sameTest(a, b []string) bool {
	return slices.Equal(probe(a), probe(b))
}

func probe(test []string) []string {
	if len(test) == 2 && test[0] == "CMD-SHELL" {
		return []string{"sh", "-c", strings.Join(strings.Fields(test[1]), " ")}
	}
	if len(test) == 4 && test[0] == "CMD" && isShell(test[1]) && test[2] == "-c" {
		return []string{"sh", "-c", strings.Join(strings.Fields(test[3]), " ")}
	}
	return test
}

func showTest(test []string) string {
	if len(test) == 2 && test[0] == "CMD-SHELL" {
		return test[1]
	}
	if len(test) > 0 && test[0] == "CMD" {
		return joinWords(test[1:])
	}
	return joinWords(test)
}
