package host

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/naru-lab/naru/checker"
)

// dataRoot is where an engine keeps its data unless told otherwise.
const dataRoot = "/var/lib/docker"

// Describe says what the machine is: the facts that a lesson can require. It
// takes no longer than Bound and asks no engine, only commands and files; what
// can't be found out is left empty (-1 for DiskFree). The error is the
// context's.
func Describe(ctx context.Context, m Machine) (*checker.Host, error) {
	return m.describe(m.tools(ctx)), ctx.Err()
}

func (m Machine) describe(t tools) *checker.Host {
	r := parseRelease(m.read("/etc/os-release"))
	h := &checker.Host{
		OS:       m.GOOS,
		Arch:     m.GOARCH,
		Distro:   r.ID,
		Release:  r.Version,
		WSL:      m.wslVersion(),
		Pi:       m.piModel(),
		Kernel:   m.kernel(),
		Memory:   memTotal(m.read("/proc/meminfo")),
		DiskFree: -1,
		Docker:   t.docker,
		Compose:  t.compose,
		Buildx:   t.buildx,
	}
	if s, err := m.Free(m.dataRoot()); err == nil {
		h.DiskFree = s.Free
	}
	return h
}

// tools are versions of the commands that learners type; "" where one is
// missing.
type tools struct {
	docker, compose, buildx string
	composeV1               string // of the old docker-compose
	stub                    bool   // docker is the placeholder that Docker Desktop leaves in WSL
	// hung: a command didn't answer in time, so that an empty version does not
	// mean that there is none.
	hung bool
}

var versionPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\d+\.\d+(\.\d+)?[0-9A-Za-z.+~-]*`)
})

// tools asks the commands for their versions, all at the same time.
func (m Machine) tools(ctx context.Context) tools {
	var t tools
	if !m.has("docker") {
		return t
	}
	var wg sync.WaitGroup
	var hung atomic.Bool
	ask := func(argv ...string) (Result, error) {
		ctx, cancel := context.WithTimeout(ctx, Bound)
		defer cancel()
		// Without an engine: that of 20.10 asks it even for its own version,
		// and would hang with one that is frozen.
		res, err := m.Run(ctx, Command{Argv: argv, Env: []string{"LC_ALL=C", "DOCKER_HOST=unix:///nonexistent"}})
		if errors.Is(err, context.DeadlineExceeded) {
			hung.Store(true)
		}
		return res, err
	}
	version := func(into *string, argv ...string) {
		wg.Go(func() {
			res, err := ask(argv...)
			if err == nil && res.Code == 0 {
				*into = versionPattern().FindString(res.Stdout)
			}
		})
	}
	wg.Go(func() {
		res, err := ask("docker", "--version")
		switch {
		case err != nil:
		case res.Code == 0:
			t.docker = versionPattern().FindString(res.Stdout)
		default:
			// A shell script in Docker Desktop's stead; the words are its only mark.
			t.stub = strings.Contains(res.Stdout+res.Stderr, "WSL 2 distro") || strings.Contains(res.Stdout+res.Stderr, "WSL 1 distro")
		}
	})
	version(&t.compose, "docker", "compose", "version", "--short")
	version(&t.buildx, "docker", "buildx", "version")
	if m.has("docker-compose") {
		version(&t.composeV1, "docker-compose", "version", "--short")
	}
	wg.Wait()
	t.hung = hung.Load()
	return t
}

// dataRoot is where the engine of this machine keeps its data, as far as its
// configuration tells.
func (m Machine) dataRoot() string {
	if root := daemonConfig(m.read("/etc/docker/daemon.json")).DataRoot; root != "" {
		return root
	}
	return dataRoot
}
