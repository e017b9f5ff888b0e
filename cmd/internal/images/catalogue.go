package images

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/distribution/reference"
	"github.com/docker/go-units"
	"go.yaml.in/yaml/v4"
)

//go:embed catalogue.yaml
var catalogueYAML []byte

// Catalogue is what the course knows of its images.
type Catalogue struct {
	Images []Image `yaml:"images"`
}

// Image is one image of the catalogue.
type Image struct {
	Ref       string   `yaml:"ref"`       // as learners write it, "nginx:1.28-alpine"
	Platforms []string `yaml:"platforms"` // "linux/amd64", "linux/arm/v7"
	Size      Size     `yaml:"size"`
	Relies    Relies   `yaml:"relies"`
}

// Size is what an official image costs, approximately.
type Size struct {
	Download Bytes `yaml:"download"` // bytes over the network, compressed
	Unpacked Bytes `yaml:"unpacked"` // bytes on the engine's disk
}

// Bytes is a number of bytes, written as "22MB" (decimal units).
type Bytes int64

// UnmarshalYAML reads a size such as "22MB".
func (b *Bytes) UnmarshalYAML(node *yaml.Node) error {
	n, err := units.FromHumanSize(node.Value)
	if err != nil {
		return fmt.Errorf("line %d: reading size %q: %w", node.Line, node.Value, err)
	}
	*b = Bytes(n)
	return nil
}

// Relies is what lessons may rely on in an image. It is also the
// configuration that a stand-in is given.
type Relies struct {
	User       string            `yaml:"user"`    // empty: root
	Workdir    string            `yaml:"workdir"` // empty: /
	Entrypoint []string          `yaml:"entrypoint"`
	Cmd        []string          `yaml:"cmd"`
	Env        map[string]string `yaml:"env"` // "*": set to anything
	Expose     []string          `yaml:"expose"`
	StopSignal string            `yaml:"stop_signal"`
	Shell      string            `yaml:"shell"`    // a path; empty: there is no shell
	Users      map[string]int    `yaml:"users"`    // name to uid
	Paths      []string          `yaml:"paths"`    // a folder ends with a slash
	Links      map[string]string `yaml:"links"`    // path to the target of the link
	Commands   []string          `yaml:"commands"` // found on PATH
	Prints     string            `yaml:"prints"`   // a part of what the image's own command prints
	Says       []Saying          `yaml:"says"`
}

// Saying is a command and what its output (trimmed) matches.
type Saying struct {
	Shell   string   `yaml:"shell"` // run as `sh -c`, past the entrypoint
	Run     []string `yaml:"run"`   // given to the image as it stands
	Matches string   `yaml:"matches"`
}

// Course returns the built-in catalogue.
//
// It panics when the built-in file can't be read, which a test forbids.
func Course() *Catalogue { return course() }

var course = sync.OnceValue(func() *Catalogue {
	c, err := ParseCatalogue(catalogueYAML)
	if err != nil {
		panic("built-in catalogue of images: " + err.Error())
	}
	return c
})

// ParseCatalogue reads a catalogue strictly: unknown fields, references that
// are not in their familiar form, and images named twice are errors.
func ParseCatalogue(src []byte) (*Catalogue, error) {
	var c Catalogue
	dec := yaml.NewDecoder(bytes.NewReader(src))
	dec.KnownFields(true)
	if err := dec.Decode(&c); err != nil {
		return nil, fmt.Errorf("reading the catalogue of images: %w", err)
	}
	seen := map[string]bool{}
	for i, img := range c.Images {
		ref, err := Normalize(img.Ref)
		switch {
		case err != nil:
			return nil, fmt.Errorf("image %d: %w", i+1, err)
		case ref != img.Ref:
			return nil, fmt.Errorf("image %d: %q should be written %q", i+1, img.Ref, ref)
		case seen[ref]:
			return nil, fmt.Errorf("image %d: %q is there twice", i+1, ref)
		case len(img.Platforms) == 0:
			return nil, fmt.Errorf("image %d: %q has no platforms", i+1, ref)
		}
		seen[ref] = true
		for _, p := range img.Platforms {
			if _, err := ParsePlatform(p); err != nil {
				return nil, fmt.Errorf("image %d: %w", i+1, err)
			}
		}
	}
	return &c, nil
}

// Find returns the image of a reference in any spelling
// ("docker.io/library/busybox:1.37" is "busybox:1.37").
func (c *Catalogue) Find(ref string) (Image, bool) {
	norm, err := Normalize(ref)
	if err != nil {
		return Image{}, false
	}
	i := slices.IndexFunc(c.Images, func(img Image) bool { return img.Ref == norm })
	if i < 0 {
		return Image{}, false
	}
	return c.Images[i], true
}

// Has says whether the image exists for a platform.
func (img Image) Has(p Platform) bool {
	return slices.Contains(img.Platforms, p.String())
}

// Normalize returns the familiar form of a reference, with its tag:
// "docker.io/library/nginx" becomes "nginx:latest".
func Normalize(ref string) (string, error) {
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return "", fmt.Errorf("reading image reference %q: %w", ref, err)
	}
	return reference.FamiliarString(reference.TagNameOnly(named)), nil
}

// Platform is what an image is made for.
type Platform struct {
	OS      string // "linux"
	Arch    string // Go's name: "amd64", "arm64", "arm"
	Variant string // "v7" for arm; empty otherwise
}

// ParsePlatform reads "linux/arm64" or "linux/arm/v7". "linux/arm64/v8" is
// "linux/arm64", and "linux/arm" is "linux/arm/v7".
func ParsePlatform(s string) (Platform, error) {
	parts := strings.Split(s, "/")
	if len(parts) < 2 || len(parts) > 3 || parts[0] != "linux" || parts[1] == "" {
		return Platform{}, fmt.Errorf("reading platform %q: want linux/ARCH or linux/ARCH/VARIANT", s)
	}
	p := Platform{OS: parts[0], Arch: parts[1]}
	if len(parts) == 3 {
		p.Variant = parts[2]
	}
	return p.normal(), nil
}

// normal drops the variant that means nothing and adds the one that is meant.
func (p Platform) normal() Platform {
	switch {
	case p.Arch == "arm" && p.Variant == "":
		p.Variant = "v7"
	case p.Arch == "arm64" && p.Variant == "v8":
		p.Variant = ""
	}
	return p
}

// String gives the form that `docker --platform` takes.
func (p Platform) String() string {
	s := p.OS + "/" + p.Arch
	if p.Variant != "" {
		s += "/" + p.Variant
	}
	return s
}

// debian is the distribution's name of the architecture; empty where no
// stand-in can be made.
func (p Platform) debian() string {
	switch p.String() {
	case "linux/amd64":
		return "amd64"
	case "linux/arm64":
		return "arm64"
	case "linux/arm/v7":
		return "armhf"
	}
	return ""
}
