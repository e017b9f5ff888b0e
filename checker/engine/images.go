package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/docker/docker/api/types/image"
)

// Image inspects an image by its reference, or by an ID of twelve digits or
// more. It is nil when there is none.
func (c *Client) Image(ctx context.Context, ref string) (*Image, error) {
	res, err := c.inspectImage(ctx, ref)
	if err != nil || res == nil {
		return nil, err
	}
	return c.newImage(res), nil
}

func (c *Client) inspectImage(ctx context.Context, ref string) (*image.InspectResponse, error) {
	ask, hex := canonical(ref), trimDigest(ref)
	switch {
	case isHex(hex) && len(hex) >= shortID:
		ask = ref // an ID, or what only looks like one
	case ask == "":
		return nil, nil
	case c.podman:
		ask = ref // it looks in "localhost/" too
	}
	var res image.InspectResponse
	absent, err := c.get(ctx, fmt.Sprintf("inspecting image %q", ref), func(ctx context.Context) (err error) {
		res, err = c.docker.ImageInspect(ctx, ask)
		return err
	})
	if err != nil || absent || !c.names(ref, res.ID, res.RepoTags, res.RepoDigests) {
		return nil, err
	}
	return &res, nil
}

// Images lists the images, those without a tag included, as `docker images`
// does: one that has no tag and is only another's parent is left out.
func (c *Client) Images(ctx context.Context) ([]ImageSummary, error) {
	return c.listImages(ctx, image.ListOptions{})
}

// AllImages lists the images, and those without a tag that are only others'
// parents: what the classic builder makes of each instruction.
func (c *Client) AllImages(ctx context.Context) ([]ImageSummary, error) {
	return c.listImages(ctx, image.ListOptions{All: true})
}

func (c *Client) listImages(ctx context.Context, what image.ListOptions) ([]ImageSummary, error) {
	var res []image.Summary
	_, err := c.get(ctx, "listing images", func(ctx context.Context) (err error) {
		res, err = c.docker.ImageList(ctx, what)
		return err
	})
	if err != nil {
		return nil, err
	}
	list := make([]ImageSummary, len(res))
	for i, r := range res {
		list[i] = ImageSummary{
			ID: r.ID, Parent: r.ParentID, Tags: c.familiarAll(r.RepoTags), Created: time.Unix(r.Created, 0).UTC(), Labels: orNilMap(r.Labels),
		}
	}
	return list, nil
}

func (c *Client) newImage(r *image.InspectResponse) *Image {
	i := &Image{
		ID: r.ID, Tags: c.familiarAll(r.RepoTags), Digests: c.familiarAll(r.RepoDigests), Created: timeOf(r.Created),
		OS: r.Os, Arch: r.Architecture, Variant: r.Variant, Layers: r.RootFS.Layers, Comment: r.Comment,
		WorkingDir: workingDir(""), StopSignal: stopSignal(""),
	}
	if cfg := r.Config; cfg != nil {
		i.Entrypoint, i.Command = orNil(cfg.Entrypoint), orNil(cfg.Cmd)
		i.Environment, i.Labels = environment(cfg.Env), orNilMap(cfg.Labels)
		i.User, i.WorkingDir, i.StopSignal = cfg.User, workingDir(cfg.WorkingDir), stopSignal(cfg.StopSignal)
		i.Exposed = slices.Sorted(maps.Keys(cfg.ExposedPorts))
		i.Volumes = slices.Sorted(maps.Keys(cfg.Volumes))
		i.Shell = orNil(cfg.Shell)
		i.Healthcheck = newHealthcheck(cfg.Healthcheck)
	}
	return i
}
