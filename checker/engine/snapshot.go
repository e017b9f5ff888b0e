package engine

import (
	"context"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// Snapshot is the identity of everything on an engine: what a baseline keeps,
// and what two looks are told apart by. Lists are sorted.
type Snapshot struct {
	Taken      time.Time     `json:"taken"`
	Containers []ContainerID `json:"containers"`
	Volumes    []VolumeID    `json:"volumes"`
	Networks   []NetworkID   `json:"networks"`
	Images     []ImageID     `json:"images"`
}

// ContainerID is which container it is.
type ContainerID struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Image string `json:"image"`
}

// VolumeID is which volume it is. A volume has no ID: when it was made tells
// it from another of the same name.
type VolumeID struct {
	Name    string    `json:"name"`
	Created time.Time `json:"created"`
}

// NetworkID is which network it is.
type NetworkID struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// ImageID is which image it is. Tags is empty for an image without one; Parent
// for one that was not made from another on this engine.
type ImageID struct {
	ID     string   `json:"id"`
	Parent string   `json:"parent,omitempty"`
	Tags   []string `json:"tags,omitempty"`
}

// Snapshot lists all objects of the engine, images that no list shows included,
// probes of this package's own left out.
func (c *Client) Snapshot(ctx context.Context) (*Snapshot, error) {
	s := &Snapshot{
		Taken:      time.Now().UTC(),
		Containers: []ContainerID{}, Volumes: []VolumeID{}, Networks: []NetworkID{}, Images: []ImageID{},
	}
	all, inner := errgroup.WithContext(ctx)
	all.Go(func() error {
		list, err := c.Containers(inner)
		for _, o := range list {
			s.Containers = append(s.Containers, ContainerID{ID: o.ID, Name: o.Name, Image: o.Image})
		}
		return err
	})
	all.Go(func() error {
		list, err := c.Volumes(inner)
		for _, o := range list {
			s.Volumes = append(s.Volumes, VolumeID{Name: o.Name, Created: o.Created})
		}
		return err
	})
	all.Go(func() error {
		list, err := c.Networks(inner)
		for _, o := range list {
			s.Networks = append(s.Networks, NetworkID{ID: o.ID, Name: o.Name})
		}
		return err
	})
	all.Go(func() error {
		list, err := c.AllImages(inner)
		for _, o := range list {
			s.Images = append(s.Images, ImageID{ID: o.ID, Parent: o.Parent, Tags: o.Tags})
		}
		return err
	})
	if err := all.Wait(); err != nil {
		return nil, err
	}
	slices.SortFunc(s.Containers, func(a, b ContainerID) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(s.Volumes, func(a, b VolumeID) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(s.Networks, func(a, b NetworkID) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(s.Images, func(a, b ImageID) int { return strings.Compare(a.ID, b.ID) })
	return s, nil
}
