package engine

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/docker/cli/cli/connhelper"
	"github.com/docker/docker/api/types/versions"
	"github.com/docker/docker/client"
)

// Client is a connection to one engine. It is safe for concurrent use.
//
// Reading methods never change anything on the engine, with one exception that
// ReadVolume and ReadImage explain. Absent objects are nil without an error;
// every error is an *Error. No reading request takes longer than four
// seconds, but for what Podman tells about itself.
type Client struct {
	endpoint Endpoint
	docker   *client.Client
	base     *http.Transport
	podman   bool          // it is a Podman service
	version  string        // the engine's, as its answers bear it; may be empty
	skew     time.Duration // how far the engine's clock is ahead of this machine's
	probes   probes
}

// Connect connects to an engine: it dials, asks for the API version, and
// settles on one. That is one exchange, done within two seconds; every error
// is an *Error.
func Connect(ctx context.Context, ep Endpoint) (*Client, error) {
	c, err := open(ep)
	if err != nil {
		return nil, err
	}
	if err := c.negotiate(ctx); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// Close ends the connection.
func (c *Client) Close() {
	c.base.CloseIdleConnections()
}

// Skew is how far the engine's clock is ahead of this machine's, as far as that
// matters: the times that Events takes and gives are this machine's.
func (c *Client) Skew() time.Duration { return c.skew }

// Endpoint is where the engine is.
func (c *Client) Endpoint() Endpoint { return c.endpoint }

// open makes a client without talking to the engine.
func open(ep Endpoint) (*Client, error) {
	base := &http.Transport{
		MaxIdleConnsPerHost: parallel, // else each round of an observation dials anew
		IdleConnTimeout:     30 * time.Second,
	}
	redirect := client.CheckRedirect
	opts := []client.Opt{client.WithHTTPClient(&http.Client{Transport: base, CheckRedirect: redirect})}
	if strings.HasPrefix(ep.Host, "ssh://") {
		helper, err := connhelper.GetConnectionHelper(ep.Host)
		if err != nil {
			return nil, &Error{Kind: Config, Endpoint: ep, Op: "connecting", Err: err}
		}
		opts = append(opts, client.WithHost(helper.Host), client.WithDialContext(helper.Dialer))
	} else {
		opts = append(opts, client.WithHost(ep.Host))
	}
	if strings.HasPrefix(ep.Host, "tcp://") {
		config, err := ep.TLS.config()
		if err != nil {
			return nil, &Error{Kind: TLS, Endpoint: ep, Op: "reading certificates", Err: err}
		}
		if base.TLSClientConfig = config; config != nil {
			opts = append(opts, client.WithScheme("https"))
		}
	}
	if len(ep.Headers) > 0 {
		opts = append(opts, client.WithHTTPHeaders(ep.Headers))
	}
	if ep.APIVersion != "" {
		opts = append(opts, client.WithVersion(ep.APIVersion))
	}
	opts = append(opts, client.WithAPIVersionNegotiation(),
		// Last, when the options above have set the base transport up.
		client.WithHTTPClient(&http.Client{Transport: &transport{base: base}, CheckRedirect: redirect}))
	docker, err := client.NewClientWithOpts(opts...)
	if err != nil {
		return nil, &Error{Kind: Config, Endpoint: ep, Op: "connecting", Err: err}
	}
	return &Client{endpoint: ep, docker: docker, base: base}, nil
}

// errPlain explains an engine that wants TLS and is spoken to without.
var errPlain = errors.New("the host answers 400 to a plain request: it may want TLS")

// errNotEngine explains an answer that no engine gives.
var errNotEngine = errors.New("the answer carries no API version: this is no Docker Engine")

// negotiate settles on the highest API version that both sides know.
func (c *Client) negotiate(ctx context.Context) error {
	var version string
	err := c.within(ctx, connectTime, "connecting", func(ctx context.Context) error {
		ping, err := c.docker.Ping(ctx)
		version = ping.APIVersion
		if err == nil {
			c.docker.NegotiateAPIVersionPing(ping)
			c.greet(exchangeOf(ctx).header)
		}
		return err
	})
	failed, _ := errors.AsType[*Error](err)
	switch {
	case failed != nil && failed.Status == http.StatusBadRequest && version == "" && c.base.TLSClientConfig == nil:
		return &Error{Kind: TLS, Endpoint: c.endpoint, Op: "connecting", Status: failed.Status, Err: errPlain}
	case err != nil:
		return err
	case version == "":
		return &Error{Kind: API, Endpoint: c.endpoint, Op: "connecting", Err: errNotEngine}
	case versions.LessThan(version, MinAPIVersion):
		return &Error{
			Kind: TooOld, Endpoint: c.endpoint, Op: "connecting",
			Err: fmt.Errorf("its API version is %s, and %s (Engine 20.10) or later is needed", version, MinAPIVersion),
		}
	}
	return nil
}

// greet takes from the engine's first answer what no later one repeats.
func (c *Client) greet(h http.Header) {
	c.podman = h.Get("Libpod-Api-Version") != ""
	c.version = serverVersion(h.Get("Server"))
	if there, err := http.ParseTime(h.Get("Date")); err == nil {
		// The header has whole seconds: less than two tell nothing.
		if skew := time.Until(there); skew.Abs() > 2*time.Second {
			c.skew = skew
		}
	}
}

// get makes one bounded reading call. absent is true when the engine says that
// there is no such object.
func (c *Client) get(ctx context.Context, op string, call func(context.Context) error) (absent bool, err error) {
	err = c.within(ctx, requestTime, op, call)
	if err != nil && isAbsent(err) {
		return true, nil
	}
	return false, err
}

// within makes one bounded call and classifies its error.
func (c *Client) within(ctx context.Context, limit time.Duration, op string, call func(context.Context) error) error {
	x := &exchange{limit: answerLimit}
	timed, cancel := context.WithTimeout(withExchange(ctx, x), limit)
	defer cancel()
	return c.explain(ctx, op, x, call(timed))
}

// explain makes an *Error of an error, with the caller's own context, the
// exchange as the transport saw it, and what the Docker client made of it.
func (c *Client) explain(ctx context.Context, op string, x *exchange, err error) error {
	if err == nil {
		return nil
	}
	e := &Error{Endpoint: c.endpoint, Op: op, Status: x.status, Err: err}
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		e.Kind = Canceled
	case x.err != nil:
		e.Kind, e.Err = Classify(x.err), x.err // with its errno, which the client's has not
	default:
		e.Kind = Classify(err)
	}
	if e.Kind == Truncated && x.status == 0 && isDial(x.err) {
		e.Kind = Refused
	}
	return e
}

func isDial(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial"
}
