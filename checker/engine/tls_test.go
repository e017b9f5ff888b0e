package engine_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/naru-lab/naru/checker/engine"
)

// authority signs certificates for a test.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &authority{cert, key}
}

// issue makes a certificate and its key, as PEM.
func (a *authority) issue(t *testing.T, name string) (cert, key string) {
	t.Helper()
	priv, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, a.cert, &priv.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(priv)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}))
}

func (a *authority) pem() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw}))
}

// TLS as a context has it, and as DOCKER_CERT_PATH does, against an engine's
// server that demands a client certificate.
func TestTLS(t *testing.T) {
	ours, theirs := newAuthority(t), newAuthority(t)
	serverCert, serverKey := ours.issue(t, "server")
	pair, err := tls.X509KeyPair([]byte(serverCert), []byte(serverKey))
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(ours.cert)
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Api-Version", "1.45")
	}))
	srv.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, ClientCAs: pool, ClientAuth: tls.RequireAndVerifyClientCert, MinVersion: tls.VersionTLS12}
	srv.StartTLS()
	defer srv.Close()
	host := "tcp://" + strings.TrimPrefix(srv.URL, "https://")

	home := t.TempDir()
	clientCert, clientKey := ours.issue(t, "client")
	strangerCert, strangerKey := theirs.issue(t, "stranger")
	good := map[string]string{"ca.pem": ours.pem(), "cert.pem": clientCert, "key.pem": clientKey}
	for dir, files := range map[string]map[string]string{
		"good": good, "other-ca": {"ca.pem": theirs.pem(), "cert.pem": clientCert, "key.pem": clientKey},
		"stranger":  {"ca.pem": ours.pem(), "cert.pem": strangerCert, "key.pem": strangerKey},
		"no-client": {"ca.pem": ours.pem()}, "garbage": {"ca.pem": "x"}, "bad-key": {"ca.pem": ours.pem(), "cert.pem": clientCert, "key.pem": "x"},
		filepath.Join("cfg", contextDir("tls", "secure"), "docker"): good,
	} {
		writeTree(t, filepath.Join(home, dir), files)
	}
	writeTree(t, filepath.Join(home, "cfg"), map[string]string{
		filepath.Join(contextDir("meta", "secure"), "meta.json"):   meta("secure", host, ""),
		filepath.Join(contextDir("meta", "unsecure"), "meta.json"): meta("unsecure", host, ""),
	})
	for name, tt := range map[string]struct {
		env  map[string]string
		kind engine.Kind
	}{
		"verified":            {map[string]string{"DOCKER_HOST": host, "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "good"}, ""},
		"context":             {map[string]string{"DOCKER_CONTEXT": "secure", "DOCKER_CONFIG": "cfg"}, ""},
		"context without":     {map[string]string{"DOCKER_CONTEXT": "unsecure", "DOCKER_CONFIG": "cfg"}, engine.TLS},
		"unverified":          {map[string]string{"DOCKER_HOST": host, "DOCKER_TLS": "1", "DOCKER_CERT_PATH": "good"}, ""},
		"other authority":     {map[string]string{"DOCKER_HOST": host, "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "other-ca"}, engine.TLS},
		"stranger":            {map[string]string{"DOCKER_HOST": host, "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "stranger"}, engine.TLS},
		"no client's":         {map[string]string{"DOCKER_HOST": host, "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "no-client"}, engine.TLS},
		"garbage":             {map[string]string{"DOCKER_HOST": host, "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "garbage"}, engine.TLS},
		"a broken key":        {map[string]string{"DOCKER_HOST": host, "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "bad-key"}, engine.TLS},
		"no certificates":     {map[string]string{"DOCKER_HOST": host, "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "none"}, engine.TLS},
		"plain to TLS":        {map[string]string{"DOCKER_HOST": host}, engine.TLS},
		"the wrong host name": {map[string]string{"DOCKER_HOST": strings.Replace(host, "127.0.0.1", "localhost", 1), "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "good"}, engine.TLS},
	} {
		t.Run(name, func(t *testing.T) {
			ep, err := engine.Find(engine.Env{Home: home, Getenv: func(key string) string {
				if v := tt.env[key]; v != "" && (key == "DOCKER_CONFIG" || key == "DOCKER_CERT_PATH") {
					return filepath.Join(home, v)
				}
				return tt.env[key]
			}})
			if err != nil {
				t.Fatal(err)
			}
			c, err := engine.Connect(t.Context(), ep)
			if err == nil {
				c.Close()
			}
			if kind := engine.KindOf(err); kind != tt.kind {
				t.Errorf("%q (%v), want %q", kind, err, tt.kind)
			}
		})
	}
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	_, err = engine.Connect(t.Context(), engine.Endpoint{
		Host: "tcp://" + strings.TrimPrefix(plain.URL, "http://"), TLS: engine.TLSFiles{Use: true, SkipVerify: true},
	})
	if engine.KindOf(err) != engine.TLS {
		t.Errorf("TLS to plain: %v", err)
	}
	if err := os.RemoveAll(home); err != nil {
		t.Fatal(err)
	}
}
