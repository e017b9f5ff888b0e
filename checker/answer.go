package checker

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"github.com/naru-lab/naru/checker/engine"
)

// answerSpec asks for the learner's answer to a question.
type answerSpec struct {
	base
	Answer string   `yaml:"answer"`
	Is     solution `yaml:"is"`
}

// solution is what answers a question: one of some values, or what the engine
// says.
type solution struct {
	values    []string
	Engine    string `yaml:"engine"`
	Container string `yaml:"container"`
	Field     string `yaml:"field"`
}

var (
	engineAnswers    = []string{"kernel", "version", "arch", "api", "id", "name", "os", "driver"}
	containerAnswers = []string{"id", "ip", "image", "pid", "hostname", "state", "exit_code"}
)

func (s *solution) decode(d *decoder, n *yaml.Node) {
	switch n.Kind {
	case yaml.MappingNode:
		type plain solution // without this method
		d.into(n, (*plain)(s), "is")
	case yaml.SequenceNode:
		for _, item := range n.Content {
			if t, ok := d.text(item, "is"); ok {
				s.values = append(s.values, t)
			}
		}
	default:
		if t, ok := d.text(n, "is"); ok {
			s.values = []string{t}
		}
	}
}

func (s *answerSpec) subject() Subject { return Subject{Kind: "answer", Name: s.Answer} }

func (s *answerSpec) validate() []error {
	var errs []error
	if s.Answer == "" {
		errs = append(errs, fieldErrorf("answer", "the question's id is missing"))
	}
	is := s.Is
	switch {
	case is.Engine != "" && is.Container != "":
		errs = append(errs, fieldErrorf("is", "either engine or container, not both"))
	case is.Engine != "":
		if !slices.Contains(engineAnswers, is.Engine) {
			errs = append(errs, fieldErrorf("is", "engine: %q is none of %s%s", is.Engine, strings.Join(engineAnswers, ", "), didYouMean(is.Engine, engineAnswers)))
		}
	case is.Container != "":
		errs = append(errs, validateName("is", is.Container)...)
		if !slices.Contains(containerAnswers, is.Field) {
			errs = append(errs, fieldErrorf("is", "field: %q is none of %s%s", is.Field, strings.Join(containerAnswers, ", "), didYouMean(is.Field, containerAnswers)))
		}
	case len(is.values) == 0:
		errs = append(errs, fieldErrorf("is", "what is the right answer? a value, a list of values, or {engine: …}, {container: …, field: …}"))
	}
	return errs
}

func (s *answerSpec) compare(v *view) (r verdict) {
	given, answered := v.Answers[s.Answer]
	if !answered || strings.TrimSpace(given) == "" {
		r.add(s.subject(), "answer", Missing, "", "")
		return r
	}
	right, known := s.right(v, &r)
	if !known || len(r.findings) > 0 {
		return r
	}
	if !slices.ContainsFunc(right, func(w string) bool { return s.answers(given, w) }) {
		// What is right isn't given away.
		r.add(s.subject(), "answer", Wrong, "", strings.TrimSpace(given))
	}
	return r
}

// answers compares an answer with a right one. An object's ID may be cut short
// as docker does, and an image may be named in any of its ways.
func (s *answerSpec) answers(given, right string) bool {
	given, right = plainAnswer(given), plainAnswer(right)
	if given == right {
		return true
	}
	switch s.Is.Field {
	case "id":
		return len(given) >= 6 && strings.HasPrefix(right, given)
	case "image":
		id := strings.TrimPrefix(given, "sha256:")
		return sameReference(given, right) || len(id) >= 12 && strings.HasPrefix(strings.TrimPrefix(right, "sha256:"), id)
	}
	return false
}

func plainAnswer(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(strings.Trim(strings.TrimSpace(s), "`'\"")), " "))
}

// right finds the right answers.
func (s *answerSpec) right(v *view, r *verdict) ([]string, bool) {
	switch {
	case s.Is.Engine != "":
		info, known := v.engine()
		if !known {
			return nil, false
		}
		return engineAnswer(info, s.Is.Engine), true
	case s.Is.Container != "":
		c, known := v.namedContainer(s.Is.Container)
		if !known {
			return nil, false
		}
		if c == nil {
			f := r.add(s.subject(), "answer", Missing, "", "").explain("no-such-container", "Container", s.Is.Container)
			f.Near = v.nearContainer(s.Is.Container, "")
			return nil, true
		}
		return containerAnswer(c, s.Is.Field), true
	}
	return s.Is.values, true
}

// withoutTail finds a version before what a distribution adds: 20.10.24+dfsg1,
// 27.5.1-0ubuntu3~24.04.2, 26.1.3~rc1.
var withoutTail = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^([0-9.]+)(?:[+~]|-[0-9]).*$`) })

func engineAnswer(e *engine.Info, field string) []string {
	switch field {
	case "kernel":
		return []string{e.KernelVersion}
	case "version":
		return []string{e.Version, withoutTail().ReplaceAllString(e.Version, "$1")}
	case "arch":
		// Docker's names, not the kernel's: x86_64 and aarch64 are another
		// question's answer.
		return map[string][]string{
			"amd64": {"amd64"},
			"arm64": {"arm64", "arm64/v8"},
			"arm":   {"arm", "armhf", "arm/v7", "arm/v6"},
		}[e.Arch]
	case "api":
		return []string{e.APIVersion}
	case "id":
		return []string{e.ID}
	case "name":
		return []string{e.Name}
	case "os":
		return []string{e.OSName, e.OS}
	default:
		return []string{e.Driver}
	}
}

func containerAnswer(c *engine.Container, field string) []string {
	switch field {
	case "id":
		return []string{c.ID}
	case "ip":
		var ips []string
		for _, e := range c.Networks {
			if e.IP != "" {
				ips = append(ips, e.IP)
			}
		}
		return ips
	case "image":
		return []string{c.Image, c.ImageID}
	case "pid":
		return []string{strconv.Itoa(c.PID)}
	case "hostname":
		return []string{c.Hostname}
	case "state":
		return []string{c.Status}
	default:
		return []string{strconv.Itoa(c.ExitCode)}
	}
}
