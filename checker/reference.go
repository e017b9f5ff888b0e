package checker

import (
	"slices"
	"strings"

	"github.com/distribution/reference"
	"go.yaml.in/yaml/v4"

	"github.com/naru-lab/naru/checker/engine"
)

// imageRef is an image's reference as the docker command takes it: nginx,
// nginx:1.28-alpine, docker.io/library/nginx, nginx@sha256:….
type imageRef string

func (r *imageRef) decode(d *decoder, n *yaml.Node) {
	s, ok := d.text(n, "image")
	if !ok {
		return
	}
	if _, err := reference.ParseNormalizedNamed(s); err != nil {
		d.errorf(n, "%q is not an image reference: %v", s, err)
		return
	}
	*r = imageRef(s)
}

// normalize is a reference written in full, as the engine understands it:
// docker.io/library/nginx:latest. A text that is no reference (an ID) gives "".
func normalize(ref string) string {
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return ""
	}
	return reference.TagNameOnly(named).String()
}

// familiar is a reference as people write it, with its tag: nginx:latest.
func familiar(ref string) string {
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return ref
	}
	return reference.FamiliarString(reference.TagNameOnly(named))
}

// repository is a reference's name without tag and digest, as people write it.
func repository(ref string) string {
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return ref
	}
	return reference.FamiliarName(named)
}

// sameReference reports whether two references are the same, whole. One with
// a tag and a digest is the same as its tag alone: what it names is that tag,
// at one time.
func sameReference(a, b string) bool {
	// Reading a reference takes long where a thousand are compared.
	if lastName(a) != lastName(b) {
		return false
	}
	x, y := normalize(a), normalize(b)
	if x == "" || y == "" {
		return false
	}
	return x == y || taggedPart(x) == y || x == taggedPart(y)
}

// lastName is a reference's last word: nginx of docker.io/library/nginx:1.28.
func lastName(ref string) string {
	ref, _, _ = strings.Cut(ref, "@")
	ref = ref[strings.LastIndexByte(ref, '/')+1:]
	ref, _, _ = strings.Cut(ref, ":")
	return ref
}

func taggedPart(ref string) string {
	name, _, digested := strings.Cut(ref, "@")
	if digested && strings.LastIndex(name, ":") > strings.LastIndex(name, "/") {
		return name
	}
	return ref
}

// bears reports whether an image goes by a reference; an engine also finds
// images by the beginning of an ID, which is no name.
func bears(i *engine.Image, ref string) bool {
	full := normalize(ref)
	if full == "" {
		return false
	}
	same := func(s string) bool { return normalize(s) == full || taggedPart(full) == normalize(s) }
	return slices.ContainsFunc(i.Tags, same) || slices.ContainsFunc(i.Digests, same)
}

// sameContent reports whether two images are one, whatever their IDs: image
// stores give different ones, and so does every build that is attested.
func sameContent(a, b *engine.Image) bool {
	if a == nil || b == nil {
		return false
	}
	if a.ID != "" && a.ID == b.ID {
		return true
	}
	return len(a.Layers) > 0 && slices.Equal(a.Layers, b.Layers) &&
		slices.Equal(a.Entrypoint, b.Entrypoint) && slices.Equal(a.Command, b.Command) &&
		a.User == b.User && a.WorkingDir == b.WorkingDir &&
		sameStrings(a.Environment, b.Environment) && sameStrings(a.Labels, b.Labels)
}

func sameStrings(a, b map[string]string) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if w, ok := b[k]; !ok || v != w {
			return false
		}
	}
	return true
}

// namedImage finds an image by a reference that it truly bears.
func (v *view) namedImage(ref string) (*engine.Image, bool) {
	i, known := v.image(ref)
	if i != nil && !bears(i, ref) {
		i = nil
	}
	return i, known
}

// kinship is how a container's image stands to a reference.
type kinship int

const (
	unrelated kinship = iota
	same              // the image that the reference names
	outdated          // an image that the reference named before; it names other content now
)

// imageKinship holds the image that a container was made from (the reference
// as given, and its ID) against a wanted reference.
func (v *view) imageKinship(c *engine.Container, want string) (k kinship, known bool) {
	given, id := c.Image, c.ImageID
	named, known := v.namedImage(want)
	if !known {
		return unrelated, false
	}
	byName := sameReference(given, want)
	switch {
	case named == nil && byName, named != nil && id != "" && named.ID == id:
		return same, true
	case named == nil:
		return unrelated, true
	}
	if id == "" {
		if byName {
			return same, true
		}
		return unrelated, true
	}
	made, known := v.image(id)
	switch {
	case !known:
		return unrelated, false
	case sameContent(made, named):
		return same, true
	case byName && made != nil, byName && !c.Created.IsZero() && named.Created.After(c.Created):
		// The containerd store keeps no image that lost its name, but one that
		// was built after the container was made isn't what that came from.
		return outdated, true
	case byName:
		return same, true // what it was made from can't be seen any more
	default:
		return unrelated, true
	}
}
