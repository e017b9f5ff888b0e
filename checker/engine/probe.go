package engine

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/mount"
)

// probeLabel marks the containers that this package makes to read through.
// Nothing else carries it, lists and snapshots leave them out, and what an
// earlier process that was killed left behind is removed by it.
const probeLabel = "io.naru.probe"

// staleAfter is how old a probe must be to be a leftover, where its owner isn't
// known to have ended. None in use lives longer than its few requests' deadlines.
const staleAfter = time.Minute

// probe is a container to read through: made, never started, removed.
type probe struct {
	image   string    // its ID; empty: any
	volume  string    // mounted on root; empty: none
	created time.Time // when the volume was made, as it was seen to exist
	root    string
}

// probes are those in use. Reads at the same time share one.
type probes struct {
	mu    sync.Mutex
	inUse map[probe]*sharedProbe
}

type sharedProbe struct {
	users int
	made  chan struct{} // closed when id and err are final
	id    string
	err   error
}

// errNoImage is what a NoImage error wraps.
var errNoImage = errors.New("the engine has no image to read a volume through")

// probe calls read with the ID of a probe's container, and removes it
// afterwards, even when ctx is done.
func (c *Client) probe(ctx context.Context, p probe, read func(id string) error) (err error) {
	s, maker := c.probes.join(p)
	if maker {
		s.id, s.err = c.makeProbe(ctx, p)
		close(s.made)
	} else {
		select {
		case <-s.made:
		case <-ctx.Done():
		}
	}
	defer func() {
		if c.probes.leave(p, s) && s.id != "" {
			if gone := c.removeProbe(ctx, s.id, err); err == nil {
				err = gone
			}
		}
	}()
	select {
	case <-s.made:
		if s.err != nil {
			return s.err
		}
		return read(s.id)
	case <-ctx.Done():
		return &Error{Kind: Classify(ctx.Err()), Endpoint: c.endpoint, Op: "waiting for a probe", Err: ctx.Err()}
	}
}

func (ps *probes) join(p probe) (s *sharedProbe, maker bool) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if s = ps.inUse[p]; s != nil {
		s.users++
		return s, false
	}
	if ps.inUse == nil {
		ps.inUse = map[probe]*sharedProbe{}
	}
	s = &sharedProbe{users: 1, made: make(chan struct{})}
	ps.inUse[p] = s
	return s, true
}

// leave reports whether the caller was the last one.
func (ps *probes) leave(p probe, s *sharedProbe) bool {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if s.users--; s.users > 0 {
		return false
	}
	if ps.inUse[p] == s {
		delete(ps.inUse, p)
	}
	return true
}

// makeProbe makes a probe's container. Once begun, it is done whatever becomes
// of ctx: what a request that was given up still makes could not be removed.
func (c *Client) makeProbe(ctx context.Context, p probe) (id string, err error) {
	if err := c.sweep(ctx); err != nil {
		return "", err
	}
	images := []string{p.image}
	if p.image == "" {
		if images, err = c.probeImages(ctx); err != nil {
			return "", err
		}
	}
	if ctx.Err() != nil {
		return "", c.explain(ctx, "making a container to read through", &exchange{}, ctx.Err())
	}
	name := "naru-probe-" + strings.ToLower(rand.Text()[:16])
	for _, img := range images {
		id, err = c.createProbe(ctx, name, img, p)
		if err == nil {
			break
		}
		if KindOf(err) != API { // else another image may do
			return "", err
		}
	}
	if err != nil || p.volume == "" {
		return id, err
	}
	// The volume may have been removed between the look and the making of the
	// container, which then made it anew. That one alone carries the label.
	vol, err := c.Volume(ctx, p.volume)
	if err == nil && vol != nil && vol.Labels[probeLabel] == "" {
		return id, nil
	}
	err = cmp.Or(err, c.removeProbe(ctx, id, err))
	if vol != nil {
		err = cmp.Or(err, c.RemoveVolume(context.WithoutCancel(ctx), p.volume))
	}
	if err == nil {
		err = &Error{
			Kind: API, Endpoint: c.endpoint, Op: fmt.Sprintf("reading volume %q", p.volume),
			Err: errors.New("it was removed in the meantime"),
		}
	}
	return "", err
}

func (c *Client) createProbe(ctx context.Context, name, img string, p probe) (string, error) {
	labels := map[string]string{probeLabel: "1"}
	if self, ok := thisProcess(); ok {
		labels[ownerLabel] = self.String()
	}
	host := &container.HostConfig{NetworkMode: "none"}
	if p.volume != "" {
		host.Mounts = []mount.Mount{{
			Type: mount.TypeVolume, Source: p.volume, Target: p.root, ReadOnly: true,
			// Nothing of the image is copied into an empty volume.
			VolumeOptions: &mount.VolumeOptions{NoCopy: true, Labels: labels},
		}}
	}
	var id string
	err := c.within(context.WithoutCancel(ctx), requestTime, "making a container to read through", func(ctx context.Context) error {
		res, err := c.docker.ContainerCreate(ctx, &container.Config{
			Image: img, Labels: labels, Entrypoint: []string{"naru-probe"}, Cmd: []string{"never-started"},
			NetworkDisabled: true, Healthcheck: &container.HealthConfig{Test: []string{"NONE"}},
		}, host, nil, nil, name)
		id = res.ID
		return err
	})
	return id, err
}

// removeProbe removes a probe's container with the anonymous volumes that its
// image may have declared. It does so even when ctx is done. After a timeout
// there is little hope, so it does not wait long: a leftover is swept later.
func (c *Client) removeProbe(ctx context.Context, id string, before error) error {
	limit := requestTime
	if KindOf(before) == Timeout {
		limit = connectTime / 4
	}
	err := c.within(context.WithoutCancel(ctx), limit, "removing a container read through", func(ctx context.Context) error {
		return c.docker.ContainerRemove(ctx, id, container.RemoveOptions{RemoveVolumes: true, Force: true})
	})
	if err != nil && (isAbsent(err) || errdefs.IsConflict(err)) { // gone, or about to be
		return nil
	}
	return err
}

// sweep removes what an earlier process left behind when it was killed.
func (c *Client) sweep(ctx context.Context) error {
	var res []container.Summary
	_, err := c.get(ctx, "listing probes", func(ctx context.Context) (err error) {
		res, err = c.docker.ContainerList(ctx, container.ListOptions{
			All: true, Filters: filters.NewArgs(filters.Arg("label", probeLabel+"=1")),
		})
		return err
	})
	if err != nil {
		return err
	}
	return c.removeStale(ctx, res)
}

func (c *Client) removeStale(ctx context.Context, list []container.Summary) error {
	var failed error
	for _, r := range list {
		age := time.Now().Add(c.skew).Sub(time.Unix(r.Created, 0))
		left := age > staleAfter || orphaned(r.Labels[ownerLabel])
		if r.Labels[probeLabel] == "1" && r.State == container.StateCreated && left {
			failed = cmp.Or(failed, c.removeProbe(ctx, r.ID, failed))
		}
	}
	return failed
}

// probeImages are the images to make a probe from, the most suitable first:
// small ones that lessons use, without volumes of their own. Which one it is
// doesn't change what is read.
func (c *Client) probeImages(ctx context.Context) ([]string, error) {
	list, err := c.Images(ctx)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, &Error{Kind: NoImage, Endpoint: c.endpoint, Op: "reading a volume", Err: errNoImage}
	}
	rank := func(i ImageSummary) int {
		for n, repo := range []string{"busybox:", "hello-world:", "alpine:"} {
			if slices.ContainsFunc(i.Tags, func(t string) bool { return strings.HasPrefix(t, repo) }) {
				return n
			}
		}
		if len(i.Tags) > 0 {
			return 10
		}
		return 11
	}
	slices.SortFunc(list, func(a, b ImageSummary) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), slices.Compare(a.Tags, b.Tags), strings.Compare(a.ID, b.ID))
	})
	var plain, others []string
	for _, i := range list[:min(len(list), 8)] {
		img, err := c.Image(ctx, i.ID)
		switch {
		case err != nil:
			return nil, err
		case img == nil:
		case len(img.Volumes) == 0:
			plain = append(plain, i.ID)
		default:
			others = append(others, i.ID)
		}
		if len(plain) > 0 {
			break
		}
	}
	return slices.Concat(plain, others), nil
}

// probeRoot is where a volume is mounted to look for p in it: where the path
// suggests that a container had it, so that absolute links in it lead on.
func probeRoot(p string) string {
	first, _, deeper := strings.Cut(strings.TrimPrefix(p, "/"), "/")
	switch first {
	case "", "dev", "etc", "proc", "sys":
		return "/.naru"
	}
	if !deeper {
		return "/.naru"
	}
	return path.Join("/", first)
}
