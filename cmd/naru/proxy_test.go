package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// misbehave answers a request in place of the engine.
type misbehave func(w http.ResponseWriter, r *http.Request)

// proxied stands between naru and an engine: requests whose path matches are
// answered badly, all others by the engine.
func proxied(t *testing.T, socket, path string, bad misbehave) (host string) {
	t.Helper()
	matches := regexp.MustCompile(path)
	engine := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: "docker"})
	engine.Transport = &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}}
	return serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if matches.MatchString(r.Method + " " + r.URL.Path) {
			bad(w, r)
			return
		}
		engine.ServeHTTP(w, r)
	}))
}

// serve serves on a socket of its own until the test ends.
func serve(t *testing.T, h http.Handler) (host string) {
	t.Helper()
	socket := filepath.Join(shortDir(t), "s")
	l, err := new(net.ListenConfig).Listen(t.Context(), "unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(l) // ends when it is closed
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-done
	})
	return "unix://" + socket
}

// serveRaw answers each connection with the same bytes, whatever it asks.
func serveRaw(t *testing.T, answer string) (host string) {
	t.Helper()
	socket := filepath.Join(shortDir(t), "s")
	l, err := new(net.ListenConfig).Listen(t.Context(), "unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = io.WriteString(c, answer)
			_ = c.Close()
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-done
	})
	return "unix://" + socket
}

// fails answers as the engine does when something goes wrong within it.
func fails(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusInternalServerError)
	_, _ = io.WriteString(w, `{"message":"the disk is on fire"}`)
}

// truncates breaks off in the middle of an answer.
func truncates(w http.ResponseWriter, _ *http.Request) {
	const half = `[{"Id":"0123456789ab`
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(2*len(half)))
	_, _ = io.WriteString(w, half)
	panic(http.ErrAbortHandler)
}

// answers gives an answer that is well formed as HTTP goes.
func answers(body string) misbehave {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, body)
	}
}

// drips gives an answer byte by byte and never comes to its end.
func drips(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for _, b := range "[" + strings.Repeat(" ", 1<<10) {
		_, _ = w.Write([]byte(string(b)))
		_ = http.NewResponseController(w).Flush()
		select {
		case <-tick.C:
		case <-r.Context().Done():
			return
		}
	}
}

// hangs takes a request and never answers.
func hangs(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
