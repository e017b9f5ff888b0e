package host

import (
	"context"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/naru-lab/naru/checker/engine"
)

// Engine is what this package asks of a Docker Engine. *engine.Client is one.
type Engine interface {
	Info(context.Context) (*engine.Info, error)
	Containers(context.Context) ([]engine.Summary, error)
	Networks(context.Context) ([]engine.Network, error)
	Image(ctx context.Context, ref string) (*engine.Image, error)
	Close()
}

// Engines finds engines and connects to them. Errors of both are
// *engine.Error.
type Engines interface {
	// Find says which engine the learner's docker command talks to.
	Find() (engine.Endpoint, error)
	Connect(context.Context, engine.Endpoint) (Engine, error)
}

// localEngines are the engines that can be reached from here.
type localEngines struct {
	getenv func(string) string
	home   string
}

func (l localEngines) Find() (engine.Endpoint, error) {
	return engine.Find(engine.Env{Getenv: l.getenv, Home: l.home})
}

func (l localEngines) Connect(ctx context.Context, ep engine.Endpoint) (Engine, error) {
	return engine.Connect(ctx, ep)
}

// DefaultSocket is where an engine listens unless told otherwise.
const DefaultSocket = "/var/run/docker.sock"

// found is one engine that answered.
type found struct {
	Endpoint engine.Endpoint
	Info     *engine.Info
}

// Name is what a person calls the engine: its platform, or its version.
func (f found) Name() string {
	switch {
	case f.Info.Podman:
		return "Podman " + f.Info.Version
	case f.Info.Platform != "":
		return f.Info.Platform + " " + f.Info.Version
	}
	return "Docker Engine " + f.Info.Version
}

// socketsBeside are the sockets, other than the learner's own endpoint, that
// an engine may listen on: the usual one, rootless Docker, Docker Desktop and
// Podman. Only those that exist are given; two names of one socket are one.
func (m Machine) socketsBeside(own engine.Endpoint) []string {
	candidates := []string{
		DefaultSocket,
		m.Home + "/.docker/desktop/docker.sock",
		m.Home + "/.docker/run/docker.sock",
		"/run/user/" + strconv.Itoa(m.UID) + "/docker.sock",
		"/mnt/wsl/docker-desktop/shared-sockets/guest-services/docker.proxy.sock",
		"/run/podman/podman.sock",
	}
	seen := map[string]bool{}
	if path, ok := strings.CutPrefix(own.Host, "unix://"); ok {
		seen[m.resolve(path)] = true
	}
	var beside []string
	for _, p := range candidates {
		real := m.resolve(p)
		if !m.exists(p) || seen[real] {
			continue
		}
		seen[real] = true
		beside = append(beside, p)
	}
	return beside
}

// resolve is a path without links, so that /var/run and /run are one.
func (m Machine) resolve(p string) string {
	if real, err := filepath.EvalSymlinks(m.path(p)); err == nil {
		return real
	}
	return filepath.Clean(m.path(p))
}

// besides are the engines that answer on other sockets. The same engine on
// two sockets is told by its id.
func (m Machine) besides(ctx context.Context, own engine.Endpoint) []found {
	sockets := m.socketsBeside(own)
	all := make([]*found, len(sockets))
	var wg sync.WaitGroup
	for i, socket := range sockets {
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, Bound)
			defer cancel()
			ep := engine.Endpoint{Host: "unix://" + socket}
			e, err := m.Engines.Connect(ctx, ep)
			if err != nil {
				return
			}
			defer e.Close()
			if info, err := e.Info(ctx); err == nil {
				all[i] = &found{ep, info}
			}
		})
	}
	wg.Wait()
	var list []found
	for _, f := range all {
		if f != nil {
			list = append(list, *f)
		}
	}
	return list
}
