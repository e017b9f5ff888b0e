package host

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Docker Hub's addresses. Asking ratelimitpreview/test with HEAD is free, see
// https://docs.docker.com/docker-hub/usage/pulls/.
const (
	registryURL  = "https://registry-1.docker.io/v2/"
	rateLimitURL = "https://registry-1.docker.io/v2/ratelimitpreview/test/manifests/latest"
	tokenURL     = "https://auth.docker.io/token?service=registry.docker.io&scope=repository:ratelimitpreview/test:pull" //nolint:gosec // G101: an address, no credential
)

// network is what the network says.
type network struct {
	asked     bool
	err       error     // why Docker Hub can't be reached
	date      time.Time // by the registry's clock; zero when it didn't say
	issuer    string    // of a certificate that no authority known here signed
	noName    bool      // names don't resolve
	remaining int       // pulls left; -1 unknown
	limit     int
	mirrors   map[string]error // of the engine's mirrors; nil: it answers
}

// askNetwork asks Docker Hub whether it can be reached, what time it is there
// and how many pulls are left; together within Bound.
func (m Machine) askNetwork(ctx context.Context) network {
	ctx, cancel := context.WithTimeout(ctx, Bound)
	defer cancel()
	n := network{asked: true, remaining: -1}
	var wg sync.WaitGroup
	wg.Go(func() {
		res, err := m.fetch(ctx, http.MethodGet, registryURL, "")
		if err != nil {
			n.err = err
			n.issuer, n.noName = explainNetwork(err)
			return
		}
		n.date, _ = http.ParseTime(res.header.Get("Date"))
	})
	wg.Go(func() { n.remaining, n.limit = m.rateLimit(ctx) })
	wg.Wait()
	return n
}

// explainNetwork finds, by type, who signed a certificate that isn't trusted,
// and whether a name didn't resolve.
func explainNetwork(err error) (issuer string, noName bool) {
	if unknown, ok := errors.AsType[x509.UnknownAuthorityError](err); ok && unknown.Cert != nil {
		return unknown.Cert.Issuer.String(), false
	}
	_, noName = errors.AsType[*net.DNSError](err)
	return "", noName
}

// rateLimit is how many pulls Docker Hub still allows; -1 unknown.
func (m Machine) rateLimit(ctx context.Context) (remaining, limit int) {
	res, err := m.fetch(ctx, http.MethodGet, tokenURL, "")
	if err != nil {
		return -1, 0
	}
	var token struct {
		Token string `json:"token"`
	}
	if json.Unmarshal(res.body, &token) != nil || token.Token == "" {
		return -1, 0
	}
	res, err = m.fetch(ctx, http.MethodHead, rateLimitURL, token.Token)
	if err != nil {
		return -1, 0
	}
	if res.status == http.StatusTooManyRequests {
		return 0, quota(res.header.Get("ratelimit-limit"))
	}
	remaining = quota(res.header.Get("ratelimit-remaining"))
	return remaining, quota(res.header.Get("ratelimit-limit"))
}

// quota reads the number of "98;w=21600"; -1 where there is none.
func quota(header string) int {
	head, _, _ := strings.Cut(header, ";")
	n, err := strconv.Atoi(strings.TrimSpace(head))
	if err != nil {
		return -1
	}
	return n
}

// askMirrors asks each of the engine's registry mirrors whether it is one. An
// engine passes over a silent mirror without a word.
func (m Machine) askMirrors(ctx context.Context, mirrors []string) map[string]error {
	ctx, cancel := context.WithTimeout(ctx, Bound)
	defer cancel()
	answers := make([]error, len(mirrors))
	var wg sync.WaitGroup
	for i, mirror := range mirrors {
		wg.Go(func() {
			_, answers[i] = m.fetch(ctx, http.MethodGet, strings.TrimSuffix(mirror, "/")+"/v2/", "")
		})
	}
	wg.Wait()
	all := map[string]error{}
	for i, mirror := range mirrors {
		all[mirror] = answers[i]
	}
	return all
}

// answer is an HTTP answer, read.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (m Machine) fetch(ctx context.Context, method, url, token string) (*answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := m.HTTP(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return nil, err
	}
	return &answer{res.StatusCode, res.Header, body}, nil
}
