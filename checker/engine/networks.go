package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/network"
)

// Network inspects a network by its whole name, or by an ID of twelve digits
// or more. It is nil when there is none.
func (c *Client) Network(ctx context.Context, name string) (*Network, error) {
	if name == "" || name == "." || name == ".." || strings.ContainsAny(name, "/\\") {
		return nil, nil
	}
	var res network.Inspect
	absent, err := c.get(ctx, fmt.Sprintf("inspecting network %q", name), func(ctx context.Context) (err error) {
		res, err = c.docker.NetworkInspect(ctx, name, network.InspectOptions{})
		return err
	})
	if errdefs.IsInvalidArgument(err) {
		return c.networkByName(ctx, name)
	}
	if err != nil || absent || !matches(name, res.Name, res.ID) {
		return nil, err
	}
	n := newNetwork(res)
	return &n, nil
}

// networkByName finds a network in the list: of a name that several IDs begin
// with, such as "db", an engine says that it is ambiguous, also when no
// network bears it.
func (c *Client) networkByName(ctx context.Context, name string) (*Network, error) {
	list, err := c.Networks(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list, func(n Network) bool { return n.Name == name })
	if i < 0 {
		return nil, nil
	}
	return &list[i], nil
}

// Networks lists the networks, by name. The running containers in each are not
// known from a list: they are in what Network returns.
func (c *Client) Networks(ctx context.Context) ([]Network, error) {
	var res []network.Summary
	_, err := c.get(ctx, "listing networks", func(ctx context.Context) (err error) {
		res, err = c.docker.NetworkList(ctx, network.ListOptions{})
		return err
	})
	if err != nil {
		return nil, err
	}
	list := make([]Network, len(res))
	for i, r := range res {
		list[i] = newNetwork(r)
	}
	slices.SortFunc(list, func(a, b Network) int { return strings.Compare(a.Name+"\x00"+a.ID, b.Name+"\x00"+b.ID) })
	return list, nil
}

func newNetwork(r network.Inspect) Network {
	n := Network{
		ID: r.ID, Name: r.Name, Driver: r.Driver, Created: r.Created.UTC(),
		Labels: orNilMap(r.Labels), Internal: r.Internal,
	}
	for _, c := range r.IPAM.Config {
		n.Subnets = append(n.Subnets, c.Subnet)
	}
	slices.Sort(n.Subnets)
	for _, e := range r.Containers {
		n.Containers = append(n.Containers, e.Name)
	}
	slices.Sort(n.Containers)
	return n
}
