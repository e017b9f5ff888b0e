package images

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"github.com/google/go-containerregistry/pkg/v1/types"

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
	return &asker{transport: http.DefaultTransport, timeout: 3 * time.Second}
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
	m, err := a.index(ctx, r)
	if err != nil {
		return reasonOf(err)
	}
	if m == nil {
		return Failed
	}
	for _, d := range m.Manifests {
		if d.Platform != nil && platformOf(*d.Platform) == p {
			return Failed
		}
	}
	return NoPlatform
}

// index reads the list of a reference's platforms; nil when it has none.
func (a *asker) index(ctx context.Context, r name.Reference) (*v1.IndexManifest, error) {
	repo := r.Context()
	signed, err := transport.NewWithContext(ctx, repo.Registry, authn.Anonymous, a.transport, []string{repo.Scope(transport.PullScope)})
	if err != nil {
		return nil, err
	}
	client := &http.Client{Transport: signed}
	ask := func(method string) (*http.Response, error) {
		at := url.URL{
			Scheme: repo.Scheme(), Host: repo.RegistryStr(), Path: "/v2/" + repo.RepositoryStr() + "/manifests/" + r.Identifier(),
		}
		req, err := http.NewRequestWithContext(ctx, method, at.String(), http.NoBody)
		if err != nil {
			return nil, err
		}
		for _, kind := range []types.MediaType{
			types.OCIImageIndex, types.DockerManifestList, types.OCIManifestSchema1, types.DockerManifestSchema2,
		} {
			req.Header.Add("Accept", string(kind))
		}
		res, err := client.Do(req)
		if err != nil {
			return nil, err
		}
		if err := transport.CheckError(res, http.StatusOK); err != nil {
			_ = res.Body.Close()
			return nil, err
		}
		return res, nil
	}
	res, err := ask(http.MethodHead)
	if err != nil {
		return nil, err
	}
	_ = res.Body.Close() // there is none
	if !types.MediaType(res.Header.Get("Content-Type")).IsIndex() {
		return nil, nil
	}
	if res, err = ask(http.MethodGet); err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	return v1.ParseIndexManifest(io.LimitReader(res.Body, indexLimit))
}

// indexLimit is how large a list of platforms may be, in bytes: registries
// take no larger manifest.
const indexLimit = 4 << 20

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
