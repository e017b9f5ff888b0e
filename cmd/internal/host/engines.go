package host

import (
	"context"
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
	// Others are the sockets, beside the one that Find found, at which another
	// engine may listen.
	Others() []engine.Endpoint
}

// localEngines are the engines that can be reached from here.
type localEngines struct {
	getenv func(string) string
	home   string
}

// Find says which engine the docker command talks to.
func (l localEngines) Find() (engine.Endpoint, error) {
	return engine.Find(engine.Env{Getenv: l.getenv, Home: l.home})
}

// Connect connects to an engine.
func (l localEngines) Connect(ctx context.Context, ep engine.Endpoint) (Engine, error) {
	return engine.Connect(ctx, ep)
}

// Others are the sockets at which another engine may listen.
func (l localEngines) Others() []engine.Endpoint {
	return engine.Others(engine.Env{Getenv: l.getenv, Home: l.home})
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
	case strings.HasPrefix(f.Info.Platform, "Docker Desktop"):
		return f.Info.Platform // with Desktop's own version in it
	case f.Info.Platform != "":
		return f.Info.Platform + " " + f.Info.Version
	}
	return "Docker Engine " + f.Info.Version
}

// besides are the engines that answer on other sockets.
func (m Machine) besides(ctx context.Context) []found {
	endpoints := m.Engines.Others()
	all := make([]*found, len(endpoints))
	var wg sync.WaitGroup
	for i, ep := range endpoints {
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, Bound)
			defer cancel()
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
