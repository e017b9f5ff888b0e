package learner

import (
	"path"
	"slices"
	"strings"

	"github.com/distribution/reference"

	"github.com/naru-lab/naru/checker"
	"github.com/naru-lab/naru/lessons"
)

// fromImage begins a pattern of containers by the image they were made from.
const fromImage = "image:"

// Names are what a lesson declares as its own on an engine, as shell patterns:
// reset looks at nothing else.
type Names struct {
	Containers []string
	FromImages []string // containers made from these, whatever their names
	Images     []string
	Volumes    []string
	Networks   []string
	// Catalogue are the images that lessons are played with. They are never
	// the lesson's own, whatever the patterns say.
	Catalogue []string
}

// OwnNames joins what a lesson's front matter declares and the objects that
// its checks name.
func OwnNames(owns lessons.Owns, named []checker.Subject, catalogue []string) Names {
	n := Names{
		Images:    slices.Clone(owns.Images),
		Volumes:   slices.Clone(owns.Volumes),
		Networks:  slices.Clone(owns.Networks),
		Catalogue: catalogue,
	}
	for _, c := range owns.Containers {
		if ref, ok := strings.CutPrefix(c, fromImage); ok {
			n.FromImages = append(n.FromImages, ref)
		} else {
			n.Containers = append(n.Containers, c)
		}
	}
	for _, s := range named {
		if strings.Trim(s.Name, "*?") == "" {
			continue // a check may speak of any container; that makes none the lesson's
		}
		switch s.Kind {
		case KindContainer:
			n.Containers = append(n.Containers, s.Name)
		case KindImage:
			n.Images = append(n.Images, s.Name)
		case KindVolume:
			n.Volumes = append(n.Volumes, s.Name)
		case KindNetwork:
			n.Networks = append(n.Networks, s.Name)
		}
	}
	return n
}

// matches holds a name against shell patterns. An empty pattern matches
// nothing, a malformed one only itself.
func matches(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		if p == name {
			return name != ""
		}
		ok, err := path.Match(p, name)
		return ok && err == nil && name != ""
	})
}

// matchesImage holds an image's reference against patterns of references. Both
// may leave out what Docker's short form leaves out: the registry, the
// library, the tag "latest".
func matchesImage(patterns []string, ref string) bool {
	ref = shortRef(ref)
	return slices.ContainsFunc(patterns, func(p string) bool {
		return matches([]string{p, p + ":latest", shortRef(p)}, ref)
	})
}

// shortRef is a reference in Docker's short form, with its tag. What is no
// reference (a pattern, an ID) stays as it is.
func shortRef(ref string) string {
	named, err := reference.ParseDockerRef(strings.TrimPrefix(ref, "localhost/")) // Podman's own prefix
	if err != nil {
		return ref
	}
	return reference.FamiliarString(named)
}

func (n Names) image(tag string) bool { return matchesImage(n.Images, tag) }

func (n Names) catalogued(tag string) bool { return matchesImage(n.Catalogue, tag) }
