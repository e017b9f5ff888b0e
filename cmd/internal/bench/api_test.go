package bench_test

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/checker/enginetest"
)

// apiClient is a plain HTTP client of an engine.
func apiClient(b *testing.B, e *enginetest.Engine) *http.Client {
	b.Helper()
	transport := &http.Transport{
		MaxIdleConnsPerHost: 16,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "unix", e.Socket())
		},
	}
	b.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// overhear gives a way to an engine, and what was asked on it so far, each
// request once: a second one for the same isn't needed.
func overhear(b *testing.B, e *enginetest.Engine) (host string, asked func() []string) {
	b.Helper()
	var mu sync.Mutex
	var lines []string
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: "engine"})
			mu.Lock()
			defer mu.Unlock()
			if line := r.In.Method + " " + r.In.URL.RequestURI(); !slices.Contains(lines, line) {
				lines = append(lines, line)
			}
		},
		Transport: apiClient(b, e).Transport,
	}
	var config net.ListenConfig
	socket := filepath.Join(b.TempDir(), "proxy.sock")
	listener, err := config.Listen(b.Context(), "unix", socket)
	if err != nil {
		b.Fatal(err)
	}
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: proxy}}
	server.Start()
	b.Cleanup(server.Close)
	return "unix://" + socket, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(lines)
	}
}

// overheard lists what a client asks of an engine while f runs.
func overheard(b *testing.B, e *enginetest.Engine, f func(*engine.Client)) []string {
	b.Helper()
	host, asked := overhear(b, e)
	c, err := engine.Connect(b.Context(), engine.Endpoint{Host: host})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	connecting := len(asked()) // isn't compared
	f(c)
	return asked()[connecting:]
}

// bare sends requests one after the other and reads the answers.
func bare(b *testing.B, e *enginetest.Engine, asked []string) func() {
	b.Helper()
	c := apiClient(b, e)
	for _, line := range asked {
		b.Log(line)
	}
	return func() {
		for _, line := range asked {
			method, uri, _ := strings.Cut(line, " ")
			if err := request(context.WithoutCancel(b.Context()), c, method, uri, ""); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func request(ctx context.Context, c *http.Client, method, uri, body string) error {
	req, err := http.NewRequestWithContext(ctx, method, "http://engine"+uri, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := c.Do(req)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, res.Body)
	if res.StatusCode >= http.StatusInternalServerError { // "there is none" is an answer
		err = fmt.Errorf("%s %s: %s", method, uri, res.Status)
	}
	return cmp.Or(err, res.Body.Close())
}

// crowd creates containers that are never started.
func crowd(b *testing.B, e *enginetest.Engine, n int) {
	b.Helper()
	c := apiClient(b, e)
	group, ctx := errgroup.WithContext(b.Context())
	group.SetLimit(8)
	for i := range n {
		group.Go(func() error {
			return request(ctx, c, http.MethodPost, fmt.Sprintf("/containers/create?name=other-%d", i), `{"Image": "`+image+`"}`)
		})
	}
	if err := group.Wait(); err != nil {
		b.Fatal(err)
	}
}
