package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/docker/docker/api/types/volume"
)

// Volume inspects a volume. It is nil when there is none.
func (c *Client) Volume(ctx context.Context, name string) (*Volume, error) {
	if !isObjectName(name) {
		return nil, nil
	}
	var res volume.Volume
	absent, err := c.get(ctx, fmt.Sprintf("inspecting volume %q", name), func(ctx context.Context) (err error) {
		res, err = c.docker.VolumeInspect(ctx, name)
		return err
	})
	if err != nil || absent || res.Name != name {
		return nil, err
	}
	v := newVolume(&res)
	return &v, nil
}

// Volumes lists the volumes, by name.
func (c *Client) Volumes(ctx context.Context) ([]Volume, error) {
	var res volume.ListResponse
	_, err := c.get(ctx, "listing volumes", func(ctx context.Context) (err error) {
		res, err = c.docker.VolumeList(ctx, volume.ListOptions{})
		return err
	})
	if err != nil {
		return nil, err
	}
	list := make([]Volume, 0, len(res.Volumes))
	for _, v := range res.Volumes {
		if v != nil {
			list = append(list, newVolume(v))
		}
	}
	slices.SortFunc(list, func(a, b Volume) int { return strings.Compare(a.Name, b.Name) })
	return list, nil
}

func newVolume(r *volume.Volume) Volume {
	return Volume{
		Name: r.Name, Driver: r.Driver, Created: timeOf(r.CreatedAt),
		Labels: orNilMap(r.Labels), Options: orNilMap(r.Options), Source: r.Mountpoint,
	}
}
