package checker

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"syscall"
	"time"
)

// Bounds on a declared HTTP request.
const (
	responseTime  = 2 * time.Second // connecting and the whole answer
	responseLimit = 1 << 20         // bytes of the answer's body
	redirectLimit = 5
)

// Key is the request as text: equal for equal requests, and all of it.
func (r Request) Key() string {
	key, err := json.Marshal(r) // sorts the header
	if err != nil {
		panic(err) // strings only: it can't fail
	}
	return string(key)
}

// requestOf reads what Key writes.
func requestOf(key string) (Request, error) {
	var r Request
	if err := json.Unmarshal([]byte(key), &r); err != nil {
		return Request{}, fmt.Errorf("reading request key %q: %w", key, err)
	}
	return r, nil
}

// Do sends a request as Observe does when its Source says nothing else: within
// two seconds, past any proxy, over a connection of its own. A redirect is
// followed on the same host only. What goes wrong is in the Response.
func Do(ctx context.Context, r Request) *Response {
	return DoWith(ctx, r, new(net.Dialer).DialContext)
}

// DoWith is Do with connections made by dial.
func DoWith(ctx context.Context, r Request, dial func(ctx context.Context, network, addr string) (net.Conn, error)) *Response {
	ctx, cancel := context.WithTimeout(ctx, responseTime)
	defer cancel()
	res := &Response{}
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) { res.Remote = info.Conn.RemoteAddr().String() },
	})
	method := r.Method
	if method == "" {
		method = http.MethodGet
	}
	req, err := http.NewRequestWithContext(ctx, method, r.URL, strings.NewReader(r.Body))
	if err != nil {
		return &Response{Err: "malformed"}
	}
	for name, value := range r.Header {
		req.Header.Set(name, value)
		if http.CanonicalHeaderKey(name) == "Host" {
			req.Host = value
		}
	}
	client := &http.Client{
		Transport: &http.Transport{
			DialContext: dial, DisableKeepAlives: true, DisableCompression: true,
			TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
		},
		CheckRedirect: func(next *http.Request, via []*http.Request) error {
			if next.URL.Host != via[0].URL.Host || next.URL.Scheme != via[0].URL.Scheme || len(via) > redirectLimit {
				return http.ErrUseLastResponse
			}
			return nil
		},
	}
	answer, err := client.Do(req)
	if err != nil {
		res.Err = failure(err)
		return res
	}
	defer func() { _ = answer.Body.Close() }()
	res.Status, res.Header = answer.StatusCode, map[string]string{}
	for name, values := range answer.Header {
		res.Header[name] = strings.Join(values, ", ")
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, responseLimit))
	res.Body = string(body)
	if err != nil {
		res.Err = failure(err)
	}
	return res
}

// failure is the word for what went wrong, by the error's type or errno.
func failure(err error) string {
	if late, ok := errors.AsType[net.Error](err); errors.Is(err, context.DeadlineExceeded) || ok && late.Timeout() {
		return "timeout"
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return "dns"
	}
	if isTLSFailure(err) {
		return "tls"
	}
	switch {
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "reset"
	}
	return "malformed"
}

func isTLSFailure(err error) bool {
	if errors.Is(err, http.ErrSchemeMismatch) {
		return true
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "remote error" { // crypto/tls: an alert
		return true
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	if _, ok := errors.AsType[tls.AlertError](err); ok {
		return true
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return true
	}
	_, ok := errors.AsType[x509.UnknownAuthorityError](err)
	return ok
}
