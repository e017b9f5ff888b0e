package engine

import (
	"context"
	"strings"
)

// Memory is what is remembered of engines that were asked before, by their
// marks.
type Memory interface {
	// Recall gives what is remembered of an engine; nil when nothing is.
	Recall(mark string) *Info
	// Remember keeps who an engine is. What can't be kept is asked again.
	Remember(mark string, who *Info)
}

// Recognize tells who an engine is (its ID, Name, RootDir, Version, APIVersion
// and whether it is Podman). One that is remembered is known by its mark, which
// takes it no time; any other is asked: see Identify.
func (c *Client) Recognize(ctx context.Context, m Memory) (*Info, error) {
	mark, err := c.mark(ctx)
	if err != nil {
		return nil, err
	}
	if mark != "" && c.version != "" {
		if known := m.Recall(mark); known != nil {
			return &Info{
				ID: known.ID, Name: known.Name, RootDir: known.RootDir,
				Version: c.version, APIVersion: c.docker.ClientVersion(), Podman: c.podman,
			}, nil
		}
	}
	who, err := c.Identify(ctx)
	if err == nil && mark != "" {
		m.Remember(mark, who)
	}
	return who, err
}

// mark is by what an engine is known again: the ID of its network "none". An
// engine makes that once for its data and keeps it as long as these. Empty
// where it has none, or doesn't show it (a proxy before it may forbid that).
func (c *Client) mark(ctx context.Context) (string, error) {
	n, err := c.Network(ctx, "none")
	if err != nil && answered(err) {
		return "", nil
	}
	if err != nil || n == nil {
		return "", err
	}
	return n.ID, nil
}

// serverVersion reads an engine's version from the name that its answers bear:
// "Docker/20.10.24+dfsg1 (linux)".
func serverVersion(server string) string {
	version, ok := strings.CutPrefix(server, "Docker/")
	if !ok {
		return ""
	}
	version, _, _ = strings.Cut(version, " ")
	return version
}
