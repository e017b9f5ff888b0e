package engine

import (
	"context"
	"path"
	"slices"
	"strings"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/filters"
)

// ReadContainer reads a path in a container's file system with what is mounted
// into it, whether it runs or not. What a running container keeps in a tmpfs
// can't be seen. limit bounds a file's content in bytes; 0 means ContentLimit.
// The file is nil when there is no such path or container.
func (c *Client) ReadContainer(ctx context.Context, name, p string, limit int64) (*File, error) {
	id, err := c.containerID(ctx, name)
	if err != nil || id == "" {
		return nil, err
	}
	return c.readFollowing(ctx, id, absolute(p), limit)
}

// ReadImage reads a path in an image, as a container made from it would find
// it. It does so through a container that is made, never started, and removed.
// The file is nil when there is no such path or image.
func (c *Client) ReadImage(ctx context.Context, ref, p string, limit int64) (*File, error) {
	img, err := c.inspectImage(ctx, ref)
	if err != nil || img == nil {
		return nil, err
	}
	var f *File
	err = c.probe(ctx, probe{image: img.ID}, func(id string) (err error) {
		f, err = c.readFollowing(ctx, id, absolute(p), limit)
		return err
	})
	return f, err
}

func absolute(p string) string { return path.Clean("/" + p) }

// readFollowing reads a path, and what it leads to when it is a link. Links on
// the way to it are the engine's to follow.
func (c *Client) readFollowing(ctx context.Context, id, p string, limit int64) (*File, error) {
	f, leads, err := c.readArchive(ctx, id, p, limit)
	if err != nil || f == nil || f.Type != "symlink" {
		return f, err
	}
	if leads = absolute(leads); leads == p || leads == "/" && f.Target != "/" {
		return f, nil // it leads to itself, or the engine could not tell
	}
	to, _, err := c.readArchive(ctx, id, leads, limit)
	if err != nil || to == nil || to.Type == "symlink" {
		return f, err
	}
	to.Path, to.Target = p, f.Target
	return to, nil
}

// ReadVolume reads a path in a volume. The path is the one that a container
// sees ("/data/memo" where the volume is mounted on /data) or the one from the
// volume's own root ("/memo", "/" for the root). Where no container mounts the
// volume so that the path lies in it, the path is looked for from the root,
// and then with its first name taken for the mount point.
//
// It is read through a container that mounts the volume, a stopped one too.
// Where none does, a container is made for it, never started, and removed; the
// volume itself is never made. Links are followed within the volume only. The
// file is nil when there is no such path or volume; the error is of kind
// NoImage when a container is needed and the engine has no image to make one.
func (c *Client) ReadVolume(ctx context.Context, name, p string, limit int64) (*File, error) {
	p = absolute(p)
	vol, err := c.Volume(ctx, name)
	if err != nil || vol == nil {
		return nil, err
	}
	users, err := c.mounting(ctx, name)
	if err != nil {
		return nil, err
	}
	places := placesInVolume(p, name, users)
	for _, u := range users {
		for _, m := range u.Mounts {
			if m.Type != "volume" || m.Name != name || !u.showsAll(m.Destination) {
				continue
			}
			whole, err := c.mountsWhole(ctx, u.ID, m.Destination)
			if err != nil {
				return nil, err
			}
			if whole {
				f, err := c.readFirst(ctx, inVolume{id: u.ID, root: m.Destination}, places, limit)
				return at(f, p), err
			}
		}
	}
	var f *File
	root := probeRoot(p)
	err = c.probe(ctx, probe{volume: name, created: vol.Created, root: root}, func(id string) (err error) {
		f, err = c.readFirst(ctx, inVolume{id: id, root: root}, places, limit)
		return err
	})
	return at(f, p), err
}

func at(f *File, p string) *File {
	if f != nil {
		f.Path = p
	}
	return f
}

// user is a container that mounts a volume.
type user struct{ Summary }

// mounting lists the containers that mount a volume and can be read through.
func (c *Client) mounting(ctx context.Context, volume string) ([]user, error) {
	var res []container.Summary
	_, err := c.get(ctx, "listing the containers that mount a volume", func(ctx context.Context) (err error) {
		res, err = c.docker.ContainerList(ctx, container.ListOptions{All: true, Filters: filters.NewArgs(filters.Arg("volume", volume))})
		return err
	})
	if err != nil {
		return nil, err
	}
	var users []user
	for _, r := range res {
		_, ours := r.Labels[probeLabel]
		if !ours && r.State != container.StateRemoving && r.State != container.StateDead {
			users = append(users, user{newSummary(r)})
		}
	}
	slices.SortFunc(users, func(a, b user) int { return strings.Compare(a.ID, b.ID) })
	return users, nil
}

// placesInVolume are the places in a volume that a path can mean, relative to
// its root, the first that exists being the one.
func placesInVolume(p, volume string, users []user) []string {
	var places []string
	for _, u := range users {
		for _, m := range u.Mounts {
			if rel, ok := under(m.Destination, p); ok && m.Name == volume {
				places = append(places, rel)
			}
		}
	}
	if len(places) == 0 {
		places = []string{strings.Trim(p, "/")}
		if _, rel, deeper := strings.Cut(places[0], "/"); deeper {
			places = append(places, rel)
		}
	}
	slices.SortStableFunc(places, func(a, b string) int { return len(b) - len(a) })
	return slices.Compact(places)
}

// under is p relative to dir; ok is false when it does not lie in it.
func under(dir, p string) (rel string, ok bool) {
	if p == dir {
		return "", true
	}
	return strings.CutPrefix(p, strings.TrimSuffix(dir, "/")+"/")
}

// showsAll reports whether no other mount of the container hides a part of what
// is mounted on root.
func (u user) showsAll(root string) bool {
	return !slices.ContainsFunc(u.Mounts, func(m Mount) bool {
		rel, inside := under(root, m.Destination)
		return inside && rel != ""
	})
}

// mountsWhole reports whether a container mounts all of a volume, and not a
// subpath of it (API ≥ 1.45).
func (c *Client) mountsWhole(ctx context.Context, id, destination string) (bool, error) {
	var res container.InspectResponse
	absent, err := c.get(ctx, "inspecting a volume's container", func(ctx context.Context) (err error) {
		res, err = c.docker.ContainerInspect(ctx, id)
		return err
	})
	if err != nil || absent || res.ContainerJSONBase == nil || res.HostConfig == nil {
		return false, err
	}
	for _, m := range res.HostConfig.Mounts {
		if m.VolumeOptions != nil && m.VolumeOptions.Subpath != "" && path.Clean(m.Target) == path.Clean(destination) {
			return false, nil
		}
	}
	return true, nil
}

// inVolume is a volume as a container mounts it, with nothing mounted into it.
type inVolume struct {
	id   string
	root string // where
}

// holds reports whether a path of the container lies in the volume.
func (v inVolume) holds(p string) bool {
	_, ok := under(v.root, p)
	return ok
}

func (c *Client) readFirst(ctx context.Context, v inVolume, places []string, limit int64) (*File, error) {
	for _, rel := range places {
		if f, err := c.readWithin(ctx, v, rel, limit); err != nil || f != nil {
			return f, err
		}
	}
	return nil, nil
}

// readWithin reads a path of a volume and follows links no further than the
// volume goes: a link to the image's files says nothing of the volume.
func (c *Client) readWithin(ctx context.Context, v inVolume, rel string, limit int64) (*File, error) {
	names := strings.Split(rel, "/")
	dir := v.root
	for i, name := range names[:len(names)-1] {
		dir = path.Join(dir, name)
		target, known, err := c.statLink(ctx, v.id, dir)
		switch {
		case err != nil || !known:
			return nil, err
		case target == "":
			continue
		case i >= linkLimit || !v.holds(absolute(target)):
			return nil, nil
		}
		dir = absolute(target)
	}
	p := path.Join(dir, names[len(names)-1])
	f, leads, err := c.readArchive(ctx, v.id, p, limit)
	if err != nil || f == nil || f.Type != "symlink" || !v.holds(absolute(leads)) || absolute(leads) == p {
		return f, err
	}
	to, _, err := c.readArchive(ctx, v.id, absolute(leads), limit)
	if err != nil || to == nil || to.Type == "symlink" {
		return f, err
	}
	to.Target = f.Target
	return to, nil
}
