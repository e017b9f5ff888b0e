package engine

import (
	"context"
	"fmt"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/image"
)

// RemoveContainer removes a container, running or not, with its anonymous
// volumes. One that isn't there is removed already.
func (c *Client) RemoveContainer(ctx context.Context, id string) error {
	return c.change(ctx, fmt.Sprintf("removing container %q", id), func(ctx context.Context) error {
		return c.docker.ContainerRemove(ctx, id, container.RemoveOptions{Force: true, RemoveVolumes: true})
	})
}

// RemoveVolume removes a volume that no container mounts.
func (c *Client) RemoveVolume(ctx context.Context, name string) error {
	return c.change(ctx, fmt.Sprintf("removing volume %q", name), func(ctx context.Context) error {
		return c.docker.VolumeRemove(ctx, name, false)
	})
}

// RemoveNetwork removes a network that no running container is in.
func (c *Client) RemoveNetwork(ctx context.Context, id string) error {
	return c.change(ctx, fmt.Sprintf("removing network %q", id), func(ctx context.Context) error {
		return c.docker.NetworkRemove(ctx, id)
	})
}

// RemoveImage removes an image, or the tag alone when ref is a tag and the
// image has others.
func (c *Client) RemoveImage(ctx context.Context, ref string) error {
	return c.change(ctx, fmt.Sprintf("removing image %q", ref), func(ctx context.Context) error {
		_, err := c.docker.ImageRemove(ctx, ref, image.RemoveOptions{PruneChildren: true})
		return err
	})
}

// Untag takes a tag from an image, even where a container was made from it.
// The image itself stays where another tag or a container needs it.
func (c *Client) Untag(ctx context.Context, ref string) error {
	return c.change(ctx, fmt.Sprintf("untagging image %q", ref), func(ctx context.Context) error {
		_, err := c.docker.ImageRemove(ctx, ref, image.RemoveOptions{Force: true})
		return err
	})
}

// TagImage gives an image a further tag.
func (c *Client) TagImage(ctx context.Context, ref, tag string) error {
	return c.change(ctx, fmt.Sprintf("tagging image %q", ref), func(ctx context.Context) error {
		return c.docker.ImageTag(ctx, ref, tag)
	})
}

// change makes one changing request. What isn't there is gone already.
func (c *Client) change(ctx context.Context, op string, call func(context.Context) error) error {
	err := c.within(ctx, changeTime, op, call)
	if err != nil && isAbsent(err) {
		return nil
	}
	return err
}
