package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// Env is what Find reads of the process's surroundings.
type Env struct {
	Getenv func(string) string
	Home   string // the user's home directory
}

// Endpoint is where an engine is and how to reach it.
type Endpoint struct {
	Host       string            // "unix:///var/run/docker.sock", "tcp://10.0.0.5:2376", "ssh://pi@raspberrypi"
	Context    string            // the docker context's name, "default" when none was chosen
	Source     string            // what decided: one of the Source… constants
	APIVersion string            // DOCKER_API_VERSION; empty: negotiated
	TLS        TLSFiles          // certificates for a tcp host
	Headers    map[string]string // HttpHeaders of config.json
	// Ignored is why config.json was passed over. The docker command warns of
	// a file that it can't read and goes on without; so does Find.
	Ignored error
}

// What can decide which engine is meant, in the order of precedence.
const (
	SourceHost    = "DOCKER_HOST"
	SourceEnv     = "DOCKER_CONTEXT"
	SourceConfig  = "context" // currentContext in config.json
	SourceDefault = "default"
)

// DefaultHost is where the docker command looks when nothing else is said.
const DefaultHost = "unix:///var/run/docker.sock"

const defaultContext = "default"

// Find finds the engine that the user's docker command talks to, the same way
// and with the same precedence: DOCKER_HOST, DOCKER_CONTEXT, currentContext in
// config.json, the default socket (docker/cli, resolveContextName). It reads
// files and connects to nothing. Every error is an *Error of kind Config.
func Find(env Env) (Endpoint, error) {
	dir := env.Getenv("DOCKER_CONFIG")
	if dir == "" {
		dir = filepath.Join(env.Home, ".docker")
	}
	cfg, ignored := readConfig(dir)
	ep := Endpoint{
		Context: defaultContext, Source: SourceDefault,
		APIVersion: env.Getenv("DOCKER_API_VERSION"), Headers: cfg.Headers, Ignored: ignored,
	}
	switch {
	case env.Getenv("DOCKER_HOST") != "":
		ep.Source = SourceHost
	case env.Getenv("DOCKER_CONTEXT") != "":
		ep.Source, ep.Context = SourceEnv, env.Getenv("DOCKER_CONTEXT")
	case cfg.CurrentContext != "":
		ep.Source, ep.Context = SourceConfig, cfg.CurrentContext
	}
	var err error
	if ep.Context == defaultContext {
		err = ep.fromEnv(env, dir)
	} else {
		err = ep.fromContext(filepath.Join(dir, "contexts"))
	}
	if err != nil {
		return ep, &Error{Kind: Config, Endpoint: ep, Op: "finding the engine", Err: err}
	}
	return ep, nil
}

// fromEnv is the default context: DOCKER_HOST or the default socket, with the
// certificates of DOCKER_CERT_PATH when TLS is asked for (docker/cli,
// ClientOptions.SetDefaultOptions).
func (ep *Endpoint) fromEnv(env Env, configDir string) error {
	verify := env.Getenv("DOCKER_TLS_VERIFY") != ""
	secure := verify || env.Getenv("DOCKER_TLS") != ""
	host, err := parseHost(env.Getenv("DOCKER_HOST"), secure)
	if err != nil {
		return err
	}
	ep.Host = host
	if !secure {
		return nil
	}
	certs := env.Getenv("DOCKER_CERT_PATH")
	if certs == "" {
		certs = configDir
	}
	ep.TLS = TLSFiles{
		Use: true, SkipVerify: !verify,
		CA:   filepath.Join(certs, caFile),
		Cert: ifExists(filepath.Join(certs, certFile)),
		Key:  ifExists(filepath.Join(certs, keyFile)),
	}
	return nil
}

func ifExists(path string) string {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	return path
}

// Others are the other engines that this machine may have: sockets that exist
// in the usual places, without the one that Find found. Two engines are the
// usual reason why containers "vanish".
func Others(env Env) []Endpoint {
	if runtime.GOOS == "windows" {
		return nil
	}
	runtimeDir := env.Getenv("XDG_RUNTIME_DIR")
	if runtimeDir == "" {
		runtimeDir = fmt.Sprintf("/run/user/%d", os.Getuid())
	}
	found, _ := Find(env) // an engine that can't be found shadows none
	_, path, _ := cutHost(found.Host)
	seen := []fs.FileInfo{}
	if info, err := os.Stat(path); err == nil {
		seen = append(seen, info)
	}
	var others []Endpoint
	for _, socket := range []struct{ name, path string }{
		{"default", "/var/run/docker.sock"},
		{"rootless", filepath.Join(runtimeDir, "docker.sock")},
		{"rootless", filepath.Join(env.Home, ".docker", "run", "docker.sock")},
		{"desktop-linux", filepath.Join(env.Home, ".docker", "desktop", "docker.sock")},
		{"desktop-wsl", "/mnt/wsl/docker-desktop/shared-sockets/guest-services/docker.proxy.sock"},
		{"snap", "/var/snap/docker/common/var-lib-docker/docker.sock"},
		{"podman", "/run/podman/podman.sock"},
		{"podman", filepath.Join(runtimeDir, "podman", "podman.sock")},
	} {
		info, err := os.Stat(socket.path)
		if err != nil || info.Mode().Type() != fs.ModeSocket || isAmong(seen, info) {
			continue
		}
		seen = append(seen, info)
		others = append(others, Endpoint{Host: "unix://" + socket.path, Context: socket.name, Source: "socket"})
	}
	return others
}

func isAmong(seen []fs.FileInfo, info fs.FileInfo) bool {
	for _, s := range seen {
		if os.SameFile(s, info) {
			return true
		}
	}
	return false
}
