package engine

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
)

// The names that certificates have in DOCKER_CERT_PATH and in a context.
const (
	caFile   = "ca.pem"
	certFile = "cert.pem"
	keyFile  = "key.pem"
)

// TLSFiles are the certificates for a tcp host. The zero value is no TLS.
type TLSFiles struct {
	Use           bool
	SkipVerify    bool   // any server certificate will do
	CA, Cert, Key string // paths to PEM files; empty: none
}

// config reads the certificates. It is nil when TLS is not in use.
func (f TLSFiles) config() (*tls.Config, error) {
	if !f.Use {
		return nil, nil
	}
	cfg := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: f.SkipVerify} //nolint:gosec // the user's own setting: SkipTLSVerify, or DOCKER_TLS without DOCKER_TLS_VERIFY
	if f.CA != "" {
		pem, err := os.ReadFile(f.CA)
		if err != nil {
			return nil, fmt.Errorf("reading the authority's certificate: %w", err)
		}
		cfg.RootCAs = x509.NewCertPool()
		if !cfg.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("reading %q: %w", f.CA, errNoCert)
		}
	}
	if f.Cert != "" && f.Key != "" {
		pair, err := tls.LoadX509KeyPair(f.Cert, f.Key)
		if err != nil {
			return nil, fmt.Errorf("reading the client's certificate: %w", err)
		}
		cfg.Certificates = []tls.Certificate{pair}
	}
	return cfg, nil
}

var errNoCert = errors.New("it holds no certificate")
