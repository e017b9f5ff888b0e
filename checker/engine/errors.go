package engine

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"

	"github.com/containerd/errdefs"
)

// Kind is what keeps an engine from being used.
type Kind string

// The kinds there are. Each has a next action of its own, so they are told
// apart by errno, by error type and by HTTP status, never by an error's text.
const (
	NotFound   Kind = "not-found"  // nothing listens there: no socket, or no host of that name
	Refused    Kind = "refused"    // there is a socket or a host, and no engine behind it
	Permission Kind = "permission" // the socket may not be opened by this user
	Timeout    Kind = "timeout"    // no answer in time: frozen, overloaded or unreachable
	TLS        Kind = "tls"        // certificates don't fit, or TLS on one side only
	TooOld     Kind = "too-old"    // older than MinAPIVersion
	API        Kind = "api"        // it answered with an error, or with what is no Engine API answer
	Truncated  Kind = "truncated"  // the answer broke off: the engine ended or restarted in the middle
	Canceled   Kind = "canceled"   // the caller gave up
	Config     Kind = "config"     // the docker command's own settings name no usable engine
	NoImage    Kind = "no-image"   // reading a volume needs an image, and the engine has none
)

// MinAPIVersion is the lowest API version that this package speaks, that of
// Engine 20.10.
const MinAPIVersion = "1.41"

// Error is why an engine can't be used. It never stands for an object that
// isn't there: that is nil without an error.
type Error struct {
	Kind     Kind
	Endpoint Endpoint
	Op       string // what was being done: "inspecting container \"web\""
	Status   int    // of the HTTP answer; 0 when there was none
	Err      error
}

// Error says what was done, where, and what went wrong.
func (e *Error) Error() string {
	at := e.Endpoint.Host
	if at == "" {
		at = "the engine"
	}
	if e.Op == "" {
		return fmt.Sprintf("using %s: %v", at, e.Err)
	}
	return fmt.Sprintf("%s on %s: %v", e.Op, at, e.Err)
}

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf is the kind of an error that comes from an engine, or empty.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return ""
}

// Classify finds what kind of failure an error is. The causes are looked at
// from the outside in: a caller's own cancellation explains any error that
// follows from it, and a timeout hides behind several types.
func Classify(err error) Kind {
	switch {
	case err == nil:
		return ""
	case KindOf(err) != "":
		return KindOf(err)
	case errors.Is(err, context.Canceled):
		return Canceled
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return Timeout
	case isTLS(err):
		return TLS
	case errors.Is(err, os.ErrPermission): // EACCES, EPERM
		return Permission
	case errors.Is(err, os.ErrNotExist), isNoHost(err): // ENOENT
		return NotFound
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.ENOTSOCK):
		return Refused
	case errors.Is(err, syscall.ETIMEDOUT), errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return Timeout
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, net.ErrClosed):
		return Truncated
	}
	if late, ok := errors.AsType[net.Error](err); ok && late.Timeout() {
		return Timeout
	}
	return API
}

// is reports whether an error is of a type, or wraps one that is.
func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

func isNoHost(err error) bool {
	dns, ok := errors.AsType[*net.DNSError](err)
	return ok && dns.IsNotFound
}

func isTLS(err error) bool {
	// crypto/tls hands on what the other side complains of as this operation.
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "remote error" {
		return true
	}
	return is[*tls.CertificateVerificationError](err) || is[tls.RecordHeaderError](err) || is[tls.AlertError](err) ||
		is[x509.UnknownAuthorityError](err) || is[x509.CertificateInvalidError](err) || is[x509.HostnameError](err) ||
		errors.Is(err, http.ErrSchemeMismatch)
}

// isAbsent reports whether an error says that an object isn't there.
func isAbsent(err error) bool {
	return errdefs.IsNotFound(err)
}
