package checker_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/naru-lab/naru/checker"
)

func TestRequestKey(t *testing.T) {
	a := checker.Request{URL: "http://x", Header: map[string]string{"A": "1", "B": "2", "C": "3"}, Body: "\x00한글"}
	b := checker.Request{URL: "http://x", Header: map[string]string{"C": "3", "B": "2", "A": "1"}, Body: "\x00한글"}
	if a.Key() != b.Key() {
		t.Errorf("%q, %q", a.Key(), b.Key())
	}
	b.Method = "GET"
	if a.Key() == b.Key() {
		t.Error("different requests have one key")
	}
}

func TestDo(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	t.Setenv("http_proxy", "http://127.0.0.1:1")
	var other *httptest.Server
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // what was sent is told below
		w.Header().Add("X-Two", "a")
		w.Header().Add("X-Two", "b")
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, r.Method+" "+r.Host+" "+r.Header.Get("X-Say")+" "+string(body))
	})
	mux.Handle("/same", http.RedirectHandler("/landed", http.StatusFound))
	mux.Handle("/round", http.RedirectHandler("/round", http.StatusFound))
	mux.HandleFunc("/other", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL, http.StatusFound)
	})
	mux.HandleFunc("/big", func(w http.ResponseWriter, _ *http.Request) {
		for range 3 {
			_, _ = io.WriteString(w, strings.Repeat("x", 1<<20)) // until the client has enough
		}
	})
	mux.HandleFunc("/drip", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusOK)
		_, _ = io.WriteString(w, "drip")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	mux.HandleFunc("/silent", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/cut", func(w http.ResponseWriter, _ *http.Request) { raw(w, "") })
	mux.HandleFunc("/half", func(w http.ResponseWriter, _ *http.Request) {
		raw(w, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
	})
	mux.HandleFunc("/ssh", func(w http.ResponseWriter, _ *http.Request) { raw(w, "SSH-2.0-x\r\n") })
	srv := httptest.NewServer(mux)
	defer srv.Close()
	other = httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	defer secure.Close()
	addr := strings.TrimPrefix(srv.URL, "http://")

	tests := map[string]struct {
		req    checker.Request
		status int
		body   string
		err    string
	}{
		"get":               {checker.Request{URL: srv.URL}, 418, "GET " + addr + "  ", ""},
		"post":              {checker.Request{Method: "POST", URL: srv.URL, Header: map[string]string{"x-say": "hi", "host": "web.local"}, Body: "data"}, 418, "POST web.local hi data", ""},
		"same host":         {checker.Request{URL: srv.URL + "/same"}, 418, "GET " + addr + "  ", ""},
		"round and round":   {checker.Request{URL: srv.URL + "/round"}, 302, "<a href=\"/round\">Found</a>.\n\n", ""},
		"another host":      {checker.Request{URL: srv.URL + "/other"}, 302, "<a href=\"" + other.URL + "\">Found</a>.\n\n", ""},
		"half":              {checker.Request{URL: srv.URL + "/half"}, 200, "half", "reset"},
		"drip":              {checker.Request{URL: srv.URL + "/drip"}, 200, "drip", "timeout"},
		"silent":            {checker.Request{URL: srv.URL + "/silent"}, 0, "", "timeout"},
		"cut":               {checker.Request{URL: srv.URL + "/cut"}, 0, "", "reset"},
		"no HTTP":           {checker.Request{URL: srv.URL + "/ssh"}, 0, "", "malformed"},
		"nobody listens":    {checker.Request{URL: "http://127.0.0.1:1/"}, 0, "", "refused"},
		"no such host":      {checker.Request{URL: "http://no-such-host.invalid/"}, 0, "", "dns"},
		"unknown authority": {checker.Request{URL: secure.URL}, 0, "", "tls"},
		"TLS to plain":      {checker.Request{URL: "https://" + addr}, 0, "", "tls"},
		"no URL":            {checker.Request{URL: "http://[::1"}, 0, "", "malformed"},
		"no method":         {checker.Request{Method: "BAD METHOD", URL: srv.URL}, 0, "", "malformed"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			res := checker.Do(t.Context(), tt.req)
			if res.Status != tt.status || res.Body != tt.body || res.Err != tt.err {
				t.Errorf("got %d %q %q, want %d %q %q", res.Status, res.Body, res.Err, tt.status, tt.body, tt.err)
			}
			if took := time.Since(began); took > 3*time.Second {
				t.Errorf("took %v", took)
			}
			if res.Status != 0 && res.Remote != addr {
				t.Errorf("answered by %q, not %q", res.Remote, addr)
			}
		})
	}
	res := checker.Do(t.Context(), checker.Request{URL: srv.URL})
	if diff := cmp.Diff("a, b", res.Header["X-Two"]); diff != "" {
		t.Error(diff)
	}
	if res = checker.Do(t.Context(), checker.Request{URL: srv.URL + "/big"}); len(res.Body) != 1<<20 || res.Err != "" {
		t.Errorf("%d bytes, %q", len(res.Body), res.Err)
	}
}

func raw(w http.ResponseWriter, answer string) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		_, _ = io.WriteString(conn, answer) // the client may be gone
		_ = conn.Close()
	}
}

func TestDoWith(t *testing.T) {
	srv := httptest.NewServer(http.NotFoundHandler())
	defer srv.Close()
	res := checker.DoWith(t.Context(), checker.Request{URL: "http://localhost:8080/"}, func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, strings.TrimPrefix(srv.URL, "http://"))
	})
	if res.Status != 404 {
		t.Errorf("%+v", res)
	}
}
