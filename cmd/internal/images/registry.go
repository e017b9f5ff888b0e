package images

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"

	"github.com/naru-lab/naru/checker/engine"
)

// Reason is why a registry did not give an image.
type Reason string

// The reasons of a [PullError].
const (
	Unreachable Reason = "unreachable" // no registry answered in time
	RateLimit   Reason = "rate-limit"  // 429: too many pulls from this address
	Denied      Reason = "denied"      // 401, 403: a login is needed, or the name is wrong
	NotFound    Reason = "not-found"   // 404: no such repository or tag
	NoPlatform  Reason = "no-platform" // the tag exists, for other platforms
	Failed      Reason = "failed"      // the registry answers, yet the engine can't pull: its proxy, its certificates
)

// PullError is an image that could not be pulled.
type PullError struct {
	Ref    string
	Reason Reason
	Err    error
}

func (e *PullError) Error() string {
	return fmt.Sprintf("pulling image %q: %s: %v", e.Ref, e.Reason, e.Err)
}

// Unwrap gives the engine's error.
func (e *PullError) Unwrap() error { return e.Err }

// asker asks registries from this machine, to tell why an engine's pull failed:
// engines of different versions answer a pull with 500 for nearly everything.
type asker struct {
	transport http.RoundTripper
	timeout   time.Duration // of one question
}

func newAsker() *asker {
	return &asker{transport: remote.DefaultTransport, timeout: 3 * time.Second}
}

// why says why an image can't be had. Rate-limited registries don't count a
// HEAD of a manifest as a pull; the list of platforms is read only then.
func (a *asker) why(ctx context.Context, ref string, p Platform) Reason {
	ctx, cancel := context.WithTimeout(ctx, a.timeout)
	defer cancel()
	r, err := name.ParseReference(ref)
	if err != nil {
		return NotFound
	}
	opts := []remote.Option{
		remote.WithContext(ctx), remote.WithTransport(a.transport),
		remote.WithRetryPredicate(func(error) bool { return false }), // the answer is wanted now
	}
	d, err := remote.Head(r, opts...)
	if err != nil {
		return reasonOf(err)
	}
	if !d.MediaType.IsIndex() {
		return Failed
	}
	index, err := remote.Index(r, opts...)
	if err != nil {
		return reasonOf(err)
	}
	m, err := index.IndexManifest()
	if err != nil {
		return reasonOf(err)
	}
	for _, d := range m.Manifests {
		if d.Platform != nil && platformOf(*d.Platform) == p {
			return Failed
		}
	}
	return NoPlatform
}

func platformOf(p v1.Platform) Platform {
	return Platform{OS: p.OS, Arch: p.Architecture, Variant: p.Variant}.normal()
}

// reasonOf reads a registry's error by its status.
func reasonOf(err error) Reason {
	var e *transport.Error
	if errors.As(err, &e) {
		return reasonOfStatus(e.StatusCode)
	}
	return Unreachable
}

func reasonOfStatus(status int) Reason {
	switch status {
	case http.StatusTooManyRequests:
		return RateLimit
	case http.StatusUnauthorized, http.StatusForbidden:
		return Denied
	case http.StatusNotFound:
		return NotFound
	}
	return Failed
}

// answers says whether a reference's registry answers this machine at all.
func (a *asker) answers(ctx context.Context, ref string) bool {
	r, err := name.ParseReference(ref)
	if err != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, a.timeout)
	defer cancel()
	_, err = transport.Ping(ctx, r.Context().Registry, a.transport)
	var e *transport.Error
	return err == nil || errors.As(err, &e)
}

// pullReason tells why an engine's pull failed.
func (a *asker) pullReason(ctx context.Context, ref string, p Platform, err error) Reason {
	var e *engine.Error
	if errors.As(err, &e) {
		switch e.Status {
		case http.StatusTooManyRequests, http.StatusUnauthorized, http.StatusForbidden:
			return reasonOfStatus(e.Status)
		case http.StatusNotFound: // an unknown name, a private one, an unknown tag, or no manifest for the platform
			if r := a.why(ctx, ref, p); r == NoPlatform || r == Denied {
				return r
			}
			return NotFound
		}
	}
	return a.why(ctx, ref, p)
}
