package play

import (
	"slices"
	"strings"

	"github.com/naru-lab/naru/checker"
	"github.com/naru-lab/naru/cmd/internal/learner"
	"github.com/naru-lab/naru/lessons"
)

// ContainerNames lists the names that a lesson's containers will have, sorted:
// those that its checks name. Patterns are left out. Checks that can't be read
// name nothing.
func ContainerNames(l *lessons.Lesson) []string {
	var names []string
	for _, s := range l.Steps {
		checks, err := parseChecks(s)
		if err != nil {
			continue
		}
		for _, o := range checker.Owned(checks) {
			if o.Kind == learner.KindContainer && !strings.ContainsAny(o.Name, `*?[\`) {
				names = append(names, o.Name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
