package engine

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Bounds on what a request may take and an answer may hold. They keep a frozen
// or a broken engine from holding up a learner; none is met by a healthy one.
const (
	connectTime = 2 * time.Second  // dialing and the first answer
	requestTime = 4 * time.Second  // one reading request, answer included
	podmanTime  = 15 * time.Second // Podman's answer about itself
	answerLimit = 32 << 20         // bytes of one JSON answer
	changeTime  = 60 * time.Second // one changing request: stopping a container takes 10 s
)

// exchange is what one call saw of its HTTP exchange. The Docker client turns
// some connection errors into prose, so the transport keeps the original here.
type exchange struct {
	limit  int64 // bytes of the answer; 0: any
	status int
	header http.Header
	err    error
}

type exchangeKey struct{}

func withExchange(ctx context.Context, x *exchange) context.Context {
	return context.WithValue(ctx, exchangeKey{}, x)
}

func exchangeOf(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	return x
}

// transport notes each exchange's outcome and bounds its answer.
type transport struct {
	base *http.Transport
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := t.base.RoundTrip(req)
	x := exchangeOf(req.Context())
	if x == nil {
		return res, err
	}
	if x.err = err; err != nil {
		return nil, err
	}
	x.status, x.header = res.StatusCode, res.Header
	if x.limit > 0 && res.Body != nil {
		res.Body = &bounded{ReadCloser: res.Body, left: x.limit, x: x}
	}
	return res, nil
}

// bounded is an answer's body that ends with an error when it is larger than
// any honest one, and remembers what went wrong while reading it.
type bounded struct {
	io.ReadCloser
	left int64
	x    *exchange
}

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		b.x.err = &sizeError{limit: b.x.limit}
		return 0, b.x.err
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.ReadCloser.Read(p)
	b.left -= int64(n)
	if err != nil && err != io.EOF && b.x.err == nil { // a Reader's end is io.EOF itself
		b.x.err = err
	}
	return n, err
}

// sizeError is an answer that was larger than its bound.
type sizeError struct{ limit int64 }

func (e *sizeError) Error() string {
	return fmt.Sprintf("the answer is larger than %d bytes", e.limit)
}
