package engine

import (
	"slices"
	"strings"

	"github.com/distribution/reference"
)

// isObjectName reports whether the engine lets containers and volumes be called
// so: letters, digits, and after the first also _ . -. A name of another form
// belongs to nothing, and must not become part of a URL.
func isObjectName(name string) bool {
	const first = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	return strings.Trim(name, first+"_.-") == "" && strings.IndexAny(name, first) == 0
}

// shortID is the length of an ID as the docker command prints it.
const shortID = 12

// matches reports whether an object that the engine found for asked is the one
// that was asked for. The engine takes any prefix of an ID for it, so that a
// container "we" could turn out to be one whose ID begins so: a name must be
// the whole name, and an ID at least as long as those that are printed.
func matches(asked, name, id string) bool {
	return asked == name || len(asked) >= shortID && strings.HasPrefix(id, asked)
}

// IsID reports whether s has the form of the engine's IDs: 64 hexadecimal
// digits. Volumes that nobody named have such names, on every Engine version;
// the label com.docker.volume.anonymous exists only since 23.0.
func IsID(s string) bool {
	return len(s) == 64 && isHex(s)
}

// isHex reports whether s could be the beginning of an ID.
func isHex(s string) bool { return strings.Trim(s, "0123456789abcdef") == "" }

// canonical is an image reference in full, "docker.io/library/nginx:1.29".
// It is empty for what can't be a reference.
func canonical(ref string) string {
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return ""
	}
	return reference.TagNameOnly(named).String()
}

// familiar is an image reference as the docker command shows it,
// "nginx:1.29". Podman keeps what was made here under "localhost/".
func (c *Client) familiar(ref string) string {
	if c.podman {
		ref = strings.TrimPrefix(ref, "localhost/")
	}
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return ref
	}
	return reference.FamiliarString(named)
}

// given is the reference that a container was made from, as it was given.
func (c *Client) given(ref string) string {
	if c.podman {
		return c.familiar(ref)
	}
	return ref
}

// familiarAll does so for a list, without the "<none>:<none>" of old engines.
func (c *Client) familiarAll(refs []string) []string {
	var out []string
	for _, ref := range refs {
		if !strings.HasPrefix(ref, "<none>") {
			out = append(out, c.familiar(ref))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// names reports whether ref names an image with these tags, digests and ID.
func (c *Client) names(ref, id string, tags, digests []string) bool {
	hex := strings.TrimPrefix(id, "sha256:")
	if asked := strings.TrimPrefix(ref, "sha256:"); len(asked) >= shortID && strings.HasPrefix(hex, asked) {
		return true
	}
	want := canonical(ref)
	if want == "" {
		return false
	}
	for _, have := range slices.Concat(tags, digests) {
		if canonical(c.familiar(have)) == want || canonical(have) == want {
			return true
		}
	}
	// name:tag@digest names the image by its digest.
	if name, digest, ok := strings.Cut(ref, "@"); ok {
		bare, err := reference.ParseNormalizedNamed(name)
		return err == nil && slices.ContainsFunc(digests, func(d string) bool {
			return canonical(d) == bare.Name()+"@"+digest
		})
	}
	return false
}

func trimDigest(id string) string { return strings.TrimPrefix(id, "sha256:") }
