package engine

import (
	"context"
	"fmt"
	"time"

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
// image has others. Its untagged parents stay: `docker rmi` removes them along,
// and those with a containerd image store even where other images have them
// for parents, too.
func (c *Client) RemoveImage(ctx context.Context, ref string) error {
	return c.change(ctx, fmt.Sprintf("removing image %q", ref), func(ctx context.Context) error {
		_, err := c.docker.ImageRemove(ctx, ref, image.RemoveOptions{})
		return err
	})
}

// TagImage gives an image a further tag.
func (c *Client) TagImage(ctx context.Context, ref, tag string) error {
	return c.change(ctx, fmt.Sprintf("tagging image %q", ref), func(ctx context.Context) error {
		return c.docker.ImageTag(ctx, ref, tag)
	})
}

// How an engine is asked whether it lives while it works on a changing request,
// which may take long: every watchTick, for at most watchTime.
const (
	watchTick = time.Second
	watchTime = 3 * time.Second
)

// change makes one changing request. What isn't there is gone already. It may
// take as long as the engine is alive: one that freezes meanwhile is noticed.
func (c *Client) change(ctx context.Context, op string, call func(context.Context) error) error {
	x := &exchange{limit: answerLimit}
	watched, stop := c.watch(ctx)
	timed, cancel := context.WithTimeout(withExchange(watched, x), changeTime)
	err := call(timed)
	cause := context.Cause(watched)
	cancel()
	stop()
	if err != nil && cause != nil && ctx.Err() == nil {
		x.err, err = cause, cause
	}
	if err = c.explain(ctx, op, x, err); err != nil && isAbsent(err) {
		return nil
	}
	return err
}

// watch gives a context that ends, with the reason as its cause, when the
// engine answers no ping any more. stop waits for the last one.
func (c *Client) watch(ctx context.Context) (watched context.Context, stop func()) {
	watched, cancel := context.WithCancelCause(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(watchTick)
		defer tick.Stop()
		for {
			select {
			case <-watched.Done():
				return
			case <-tick.C:
			}
			err := c.within(watched, watchTime, "asking whether the engine lives", func(ctx context.Context) error {
				_, err := c.docker.Ping(ctx)
				return err
			})
			if KindOf(err) == Timeout {
				cancel(err)
				return
			}
		}
	}()
	return watched, func() {
		cancel(nil)
		<-done
	}
}
