package engine

import (
	"context"
	"slices"
	"time"

	"github.com/docker/docker/api/types"
	"github.com/docker/docker/api/types/system"
	"golang.org/x/sync/errgroup"
)

// parallel is how many requests are sent to an engine at once.
const parallel = 8

// Identify asks an engine who it is: Info without what only its version tells
// (Arch, Variant, Platform, MinAPIVersion). To both questions an engine runs
// programs of its own, which takes it some milliseconds each.
func (c *Client) Identify(ctx context.Context) (*Info, error) {
	var info system.Info
	err := c.within(ctx, c.answerTime(), "asking for information", func(ctx context.Context) (err error) {
		info, err = c.docker.Info(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	i := c.newInfo(types.Version{Version: info.ServerVersion, Os: info.OSType}, info)
	i.Variant = ""
	return i, nil
}

// Info asks an engine about itself.
func (c *Client) Info(ctx context.Context) (*Info, error) {
	var (
		version types.Version
		info    system.Info
	)
	both, inner := errgroup.WithContext(ctx)
	both.Go(func() error {
		return c.within(inner, c.answerTime(), "asking for the version", func(ctx context.Context) (err error) {
			version, err = c.docker.ServerVersion(ctx)
			return err
		})
	})
	both.Go(func() error {
		return c.within(inner, c.answerTime(), "asking for information", func(ctx context.Context) (err error) {
			info, err = c.docker.Info(ctx)
			return err
		})
	})
	if err := both.Wait(); err != nil {
		return nil, err
	}
	return c.newInfo(version, info), nil
}

// answerTime bounds a question to an engine about itself. Podman runs programs
// for it (conmon, runc, dpkg), which took it 2.4 s where the machine was busy.
func (c *Client) answerTime() time.Duration {
	if c.podman {
		return podmanTime
	}
	return requestTime
}

func (c *Client) newInfo(v types.Version, r system.Info) *Info {
	i := &Info{
		ID: r.ID, Name: r.Name,
		Version: v.Version, APIVersion: c.docker.ClientVersion(), MinAPIVersion: v.MinAPIVersion,
		Platform: v.Platform.Name, Podman: c.podman,
		OS: v.Os, Arch: v.Arch, Variant: armVariant(r.Architecture), KernelVersion: v.KernelVersion, OSName: r.OperatingSystem,
		RootDir: r.DockerRootDir, Driver: r.Driver,
		Containerd:  slices.Contains(r.DriverStatus, [2]string{"driver-type", "io.containerd.snapshotter.v1"}),
		MemoryLimit: r.MemoryLimit, MemTotal: r.MemTotal, NCPU: r.NCPU,
		Time: timeOf(r.SystemTime), Warnings: r.Warnings,
	}
	if i.KernelVersion == "" {
		i.KernelVersion = r.KernelVersion
	}
	if reg := r.RegistryConfig; reg != nil {
		i.Mirrors = reg.Mirrors
		for _, cidr := range reg.InsecureRegistryCIDRs {
			i.Insecure = append(i.Insecure, cidr.String())
		}
		for name, index := range reg.IndexConfigs {
			if index != nil && !index.Secure {
				i.Insecure = append(i.Insecure, name)
			}
		}
		slices.Sort(i.Insecure)
	}
	return i
}

// armVariant is the variant of a machine's name as uname gives it.
func armVariant(machine string) string {
	switch machine {
	case "armv7l", "armhf":
		return "v7"
	case "armv6l":
		return "v6"
	case "armv5l":
		return "v5"
	}
	return ""
}
