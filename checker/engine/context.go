package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// config is what Find needs of the docker command's config.json.
type config struct {
	CurrentContext string            `json:"currentContext"`
	Headers        map[string]string `json:"HttpHeaders"`
}

// readConfig reads config.json. A file that isn't there is an empty one; one
// that can't be read is too, and the reason is returned besides.
func readConfig(dir string) (config, error) {
	path := filepath.Join(dir, "config.json")
	src, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return config{}, nil
	}
	if err != nil {
		return config{}, err
	}
	cfg, err := parseConfig(src)
	if err != nil {
		return cfg, fmt.Errorf("reading %q: %w", path, err)
	}
	return cfg, nil
}

func parseConfig(src []byte) (config, error) {
	var cfg config
	if err := json.Unmarshal(src, &cfg); err != nil {
		return config{}, err
	}
	return cfg, nil
}

// contextMeta is a context's meta.json (docker/cli, context/store).
type contextMeta struct {
	Name      string                     `json:"Name"`
	Endpoints map[string]contextEndpoint `json:"Endpoints"`
}

type contextEndpoint struct {
	Host          string `json:"Host"`
	SkipTLSVerify bool   `json:"SkipTLSVerify"`
}

// parseContext reads a context's meta.json as far as it concerns an engine.
func parseContext(src []byte) (contextEndpoint, error) {
	var meta contextMeta
	if err := json.Unmarshal(src, &meta); err != nil {
		return contextEndpoint{}, err
	}
	ep, ok := meta.Endpoints["docker"]
	if !ok {
		return contextEndpoint{}, errors.New("it has no docker endpoint")
	}
	if ep.Host == "" {
		ep.Host = DefaultHost // what the Docker client itself falls back to
	}
	return ep, nil
}

// fromContext reads a named context: contexts/meta/ID/meta.json with the
// certificates in contexts/tls/ID/docker, ID being the SHA-256 of its name.
func (ep *Endpoint) fromContext(store string) error {
	sum := sha256.Sum256([]byte(ep.Context))
	id := hex.EncodeToString(sum[:])
	src, err := os.ReadFile(filepath.Join(store, "meta", id, "meta.json"))
	if err != nil {
		return fmt.Errorf("reading context %q: %w", ep.Context, err)
	}
	meta, err := parseContext(src)
	if err != nil {
		return fmt.Errorf("reading context %q: %w", ep.Context, err)
	}
	ep.Host = meta.Host
	certs := filepath.Join(store, "tls", id, "docker")
	ep.TLS = TLSFiles{
		SkipVerify: meta.SkipTLSVerify,
		CA:         ifExists(filepath.Join(certs, caFile)),
		Cert:       ifExists(filepath.Join(certs, certFile)),
		Key:        ifExists(filepath.Join(certs, keyFile)),
	}
	ep.TLS.Use = ep.TLS != TLSFiles{}
	return nil
}
