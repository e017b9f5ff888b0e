package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/mount"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/go-connections/nat"
)

// Container inspects a container by its whole name, or by an ID of twelve
// digits or more. It is nil when there is none.
func (c *Client) Container(ctx context.Context, name string) (*Container, error) {
	if !isObjectName(name) {
		return nil, nil
	}
	var res container.InspectResponse
	absent, err := c.get(ctx, fmt.Sprintf("inspecting container %q", name), func(ctx context.Context) (err error) {
		res, err = c.docker.ContainerInspect(ctx, name)
		return err
	})
	if err != nil && answered(err) && isHex(name) && len(name) < 64 {
		return c.containerByName(ctx, name, err)
	}
	if err != nil || absent || res.ContainerJSONBase == nil || !matches(name, strings.TrimPrefix(res.Name, "/"), res.ID) {
		return nil, err
	}
	found := newContainer(&res)
	found.Image = c.given(found.Image)
	return found, nil
}

// containerByName finds out why an engine answers with an error to a name: of
// one that several IDs begin with, such as "db", it says that it is ambiguous,
// with a status that depends on its version, also when no container bears it.
func (c *Client) containerByName(ctx context.Context, name string, failed error) (*Container, error) {
	list, err := c.Containers(ctx)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(list, func(s Summary) bool { return s.Name == name }) {
		return nil, failed // it is there: the error was another
	}
	return nil, nil
}

// containerID is what to call a container in a request. A name that could be
// the beginning of an ID is looked up first. It is empty when there is none.
func (c *Client) containerID(ctx context.Context, name string) (string, error) {
	if !isObjectName(name) {
		return "", nil
	}
	if !isHex(name) || len(name) == 64 {
		return name, nil
	}
	found, err := c.Container(ctx, name)
	if err != nil || found == nil {
		return "", err
	}
	return found.ID, nil
}

// Containers lists all containers, running or not, the newest first. Probes of
// this package are left out, and leftovers of them removed.
func (c *Client) Containers(ctx context.Context) ([]Summary, error) {
	var res []container.Summary
	_, err := c.get(ctx, "listing containers", func(ctx context.Context) (err error) {
		res, err = c.docker.ContainerList(ctx, container.ListOptions{All: true})
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := c.removeStale(ctx, res); err != nil {
		return nil, err
	}
	return c.summaries(res), nil
}

// Newest lists the n containers made last, running or not, the newest first:
// fewer where probes of this package are among them, which are left out.
func (c *Client) Newest(ctx context.Context, n int) ([]Summary, error) {
	var res []container.Summary
	_, err := c.get(ctx, "listing new containers", func(ctx context.Context) (err error) {
		res, err = c.docker.ContainerList(ctx, container.ListOptions{All: true, Limit: n})
		return err
	})
	if err != nil {
		return nil, err
	}
	return c.summaries(res), nil
}

func (c *Client) summaries(res []container.Summary) []Summary {
	list := make([]Summary, 0, len(res))
	for _, s := range res {
		if _, ours := s.Labels[probeLabel]; !ours {
			summary := newSummary(s)
			summary.Image = c.given(summary.Image)
			list = append(list, summary)
		}
	}
	return list
}

// Changes lists what a container changed in its own file system. It is nil
// when there is no such container.
func (c *Client) Changes(ctx context.Context, name string) ([]Change, error) {
	id, err := c.containerID(ctx, name)
	if err != nil || id == "" {
		return nil, err
	}
	var res []container.FilesystemChange
	absent, err := c.get(ctx, fmt.Sprintf("listing changes in container %q", name), func(ctx context.Context) (err error) {
		res, err = c.docker.ContainerDiff(ctx, id)
		return err
	})
	if err != nil || absent {
		return nil, err
	}
	list := make([]Change, len(res))
	for i, r := range res {
		list[i] = Change{Kind: r.Kind.String(), Path: r.Path}
	}
	return list, nil
}

// Processes lists the processes of a running container. It is empty when the
// container isn't running, nil when there is none.
func (c *Client) Processes(ctx context.Context, name string) ([]Process, error) {
	id, err := c.containerID(ctx, name)
	if err != nil || id == "" {
		return nil, err
	}
	var res container.TopResponse
	absent, err := c.get(ctx, fmt.Sprintf("listing processes of container %q", name), func(ctx context.Context) (err error) {
		res, err = c.docker.ContainerTop(ctx, id, nil)
		return err
	})
	switch {
	case err != nil && errdefs.IsConflict(err): // it isn't running
		return []Process{}, nil
	case err != nil || absent:
		return nil, err
	}
	column := func(titles ...string) int {
		return slices.IndexFunc(res.Titles, func(t string) bool { return slices.Contains(titles, t) })
	}
	user, pid, cmd := column("UID", "USER"), column("PID", "HPID"), column("CMD", "COMMAND")
	list := make([]Process, 0, len(res.Processes))
	for _, row := range res.Processes {
		cell := func(i int) string {
			if i < 0 || i >= len(row) {
				return ""
			}
			return row[i]
		}
		n, _ := strconv.Atoi(cell(pid)) // no number: unknown, 0
		list = append(list, Process{PID: n, User: cell(user), Command: cell(cmd)})
	}
	return list, nil
}

func newContainer(r *container.InspectResponse) *Container {
	c := &Container{
		ID: r.ID, Name: strings.TrimPrefix(r.Name, "/"), ImageID: r.Image, Created: timeOf(r.Created),
		Path: r.Path, Args: orNil(r.Args), Restarts: r.RestartCount,
	}
	if s := r.State; s != nil {
		c.Status, c.ExitCode, c.OOMKilled, c.Error, c.PID = s.Status, s.ExitCode, s.OOMKilled, s.Error, s.Pid
		c.StartedAt, c.FinishedAt = timeOf(s.StartedAt), timeOf(s.FinishedAt)
		if h := s.Health; h != nil && h.Status != container.NoHealthcheck {
			c.Health = h.Status
			if n := len(h.Log); n > 0 && h.Log[n-1] != nil {
				c.HealthLog = strings.TrimSpace(h.Log[n-1].Output)
			}
		}
	}
	if cfg := r.Config; cfg != nil {
		c.Image, c.Entrypoint, c.Command = cfg.Image, orNil(cfg.Entrypoint), orNil(cfg.Cmd)
		c.Environment, c.Labels = environment(cfg.Env), orNilMap(cfg.Labels)
		c.User, c.WorkingDir, c.Hostname = cfg.User, workingDir(cfg.WorkingDir), cfg.Hostname
		c.TTY, c.StdinOpen, c.StopSignal = cfg.Tty, cfg.OpenStdin, stopSignal(cfg.StopSignal)
		c.Healthcheck = newHealthcheck(cfg.Healthcheck)
		for port := range cfg.ExposedPorts {
			c.Exposed = append(c.Exposed, string(port))
		}
		slices.Sort(c.Exposed)
	}
	if h := r.HostConfig; h != nil {
		c.host(h)
	}
	for _, m := range r.Mounts {
		c.Mounts = append(c.Mounts, newMount(m))
		if m.Type == mount.TypeTmpfs {
			c.Tmpfs = append(c.Tmpfs, m.Destination)
		}
	}
	slices.SortFunc(c.Mounts, func(a, b Mount) int { return strings.Compare(a.Destination, b.Destination) })
	slices.Sort(c.Tmpfs)
	c.Tmpfs = slices.Compact(c.Tmpfs)
	if n := r.NetworkSettings; n != nil {
		c.networks(n.Networks)
		if c.Status == container.StateRunning || c.Status == container.StatePaused {
			c.Ports = newPorts(n.Ports)
		}
	}
	return c
}

// host takes over what the container was told about its host. Ports are those
// asked for; newContainer replaces them by those in force while it runs.
func (c *Container) host(h *container.HostConfig) {
	c.AutoRemove, c.ReadOnly, c.Privileged = h.AutoRemove, h.ReadonlyRootfs, h.Privileged
	c.Init = h.Init != nil && *h.Init
	c.NetworkMode = string(h.NetworkMode)
	if h.NetworkMode.IsDefault() || c.NetworkMode == "" {
		c.NetworkMode = network.NetworkBridge // Engine ≥ 26 says so by itself
	}
	c.Restart = Restart{Policy: string(h.RestartPolicy.Name), Max: h.RestartPolicy.MaximumRetryCount}
	if c.Restart.Policy == "" {
		c.Restart.Policy = string(container.RestartPolicyDisabled)
	}
	c.Memory, c.MemorySwap = h.Memory, h.MemorySwap
	switch {
	case h.NanoCPUs > 0:
		c.CPUs = float64(h.NanoCPUs) / 1e9
	case h.CPUQuota > 0 && h.CPUPeriod > 0:
		c.CPUs = float64(h.CPUQuota) / float64(h.CPUPeriod)
	}
	if h.PidsLimit != nil {
		c.PidsLimit = *h.PidsLimit
	}
	c.CapAdd, c.CapDrop = capabilities(h.CapAdd), capabilities(h.CapDrop)
	c.Tmpfs = slices.Sorted(maps.Keys(h.Tmpfs))
	c.Ports = newPorts(h.PortBindings)
	if h.PublishAllPorts {
		for _, exposed := range c.Exposed {
			port := nat.Port(exposed)
			if _, chosen := h.PortBindings[port]; !chosen {
				c.Ports = append(c.Ports, Port{HostIP: anyIP, ContainerPort: port.Int(), Protocol: port.Proto()})
			}
		}
		sortPorts(c.Ports)
	}
}

// withoutDNS are the networks on which containers have no names.
var withoutDNS = []string{network.NetworkBridge, network.NetworkHost, network.NetworkNone}

func (c *Container) networks(nets map[string]*network.EndpointSettings) {
	for _, name := range slices.Sorted(maps.Keys(nets)) {
		n := nets[name]
		if n == nil {
			continue
		}
		e := Attachment{Network: name, ID: n.NetworkID, IP: n.IPAddress}
		if n.NetworkID == name { // Podman tells no ID, and has a name of its own for the default bridge
			e.ID = ""
			if name == "podman" {
				e.Network = network.NetworkBridge
			}
		}
		short := c.ID[:min(len(c.ID), shortID)]
		for _, alias := range n.Aliases {
			// Engines < 25 add names of their own.
			if alias != short && alias != c.Name && alias != c.Hostname {
				e.Aliases = append(e.Aliases, alias)
			}
		}
		e.Aliases = orNil(slices.Compact(slices.Sorted(slices.Values(e.Aliases))))
		e.Names = n.DNSNames
		if len(e.Names) == 0 && !slices.Contains(withoutDNS, e.Network) {
			// Engines < 25 don't list them. The default bridge has none.
			e.Names = slices.Concat([]string{c.Name, short}, n.Aliases)
		}
		e.Names = slices.Compact(slices.Sorted(slices.Values(e.Names)))
		c.Networks = append(c.Networks, e)
	}
}

func newMount(m container.MountPoint) Mount {
	return Mount{
		Type: string(m.Type), Name: m.Name, Source: m.Source, Destination: m.Destination, ReadOnly: !m.RW,
		Anonymous: m.Type == mount.TypeVolume && IsID(m.Name),
	}
}

func newSummary(r container.Summary) Summary {
	s := Summary{
		ID: r.ID, Image: r.Image, ImageID: r.ImageID, Created: time.Unix(r.Created, 0).UTC(),
		Status: r.State, Labels: orNilMap(r.Labels),
	}
	for _, name := range r.Names {
		// A container that is linked to has further names, "/web/db".
		if name = strings.TrimPrefix(name, "/"); !strings.Contains(name, "/") {
			s.Name = name
			break
		}
	}
	for _, p := range r.Ports {
		if p.PublicPort != 0 {
			s.Ports = append(s.Ports, Port{
				HostIP: p.IP, HostPort: int(p.PublicPort), ContainerPort: int(p.PrivatePort), Protocol: p.Type,
			})
		}
	}
	sortPorts(s.Ports)
	for _, m := range r.Mounts {
		s.Mounts = append(s.Mounts, newMount(m))
	}
	slices.SortFunc(s.Mounts, func(a, b Mount) int { return strings.Compare(a.Destination, b.Destination) })
	if r.NetworkSettings != nil {
		s.Networks = slices.Sorted(maps.Keys(r.NetworkSettings.Networks))
	}
	return s
}
