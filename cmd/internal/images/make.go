package images

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// Label marks a stand-in; its value lists the packages, "name=version …", or
// says "none" where nothing but naru's own files is in it.
const Label = "io.naru.standin"

// Make makes the stand-in of an image of the catalogue for a platform
// ("linux/arm64"; empty: this machine's own) and returns the path of a
// docker-archive in the cache folder dir. An archive that is there already and
// whole is returned at once; several callers make it once. progress may be nil.
//
// Errors: [*UnknownError], [*PlatformError], [*PackagesError]; the context's.
func Make(ctx context.Context, ref, platform, dir string, progress func(Event)) (string, error) {
	return make1(ctx, ref, platform, dir, progress, hostFiles{sources: "/etc/apt"})
}

func make1(ctx context.Context, ref, platform, dir string, progress func(Event), host hostFiles) (string, error) {
	img, ok := Course().Find(ref)
	if !ok {
		return "", &UnknownError{Ref: ref}
	}
	if platform == "" {
		platform = native().String()
	}
	p, err := ParsePlatform(platform)
	if err != nil {
		return "", err
	}
	if !img.Has(p) || p.debian() == "" {
		return "", &PlatformError{Ref: img.Ref, Platform: p.String(), Platforms: img.Platforms}
	}
	m := &maker{img: img, platform: p, cache: cache{dir: dir}, release: readRelease("/etc/os-release"), host: host}
	m.progress = func(e Event) {
		if progress != nil {
			e.Ref, e.Platform = img.Ref, p.String()
			progress(e)
		}
	}
	archive, err := m.archive(ctx)
	if err != nil {
		return "", fmt.Errorf("making a stand-in for %q: %w", img.Ref, err)
	}
	return archive, nil
}

// maker makes one stand-in.
type maker struct {
	img      Image
	platform Platform
	cache    cache
	release  release
	host     hostFiles
	progress func(Event)
}

func (m *maker) archive(ctx context.Context) (string, error) {
	key := m.key()
	if file, err := m.cache.find(key); err == nil {
		m.progress(Event{Kind: Cached})
		return file, nil
	}
	unlock, lock, err := m.cache.lock(ctx, func() { m.progress(Event{Kind: Waiting}) })
	if err != nil {
		return "", err
	}
	defer unlock()
	if file, err := m.cache.find(key); err == nil { // made while we waited
		m.progress(Event{Kind: Cached})
		return file, nil
	}
	work, err := m.cache.work()
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(work) }()
	image, err := m.compose(ctx, work, lock)
	if err != nil {
		return "", noSpace(err)
	}
	tag, err := name.NewTag("docker.io/library/" + m.img.Ref) // Podman takes a short name for one of localhost's
	if err != nil {
		return "", fmt.Errorf("naming the image: %w", err)
	}
	file, err := m.cache.put(key, func(file string) error { return tarball.WriteToFile(file, tag, image) })
	if err != nil {
		return "", noSpace(err)
	}
	return file, nil
}

// noSpace gives a full disk its own kind.
func noSpace(err error) error {
	if isNoSpace(err) && packagesKind(err) == "" {
		return &PackagesError{Kind: NoSpace, Err: err}
	}
	return err
}

// compose makes the layers in the folder work, and an image of them.
func (m *maker) compose(ctx context.Context, work string, lock *os.File) (v1.Image, error) {
	r, ok := recipeOf(m.img)
	if !ok {
		return nil, &UnknownError{Ref: m.img.Ref}
	}
	a := &apt{root: filepath.Join(m.cache.dir, "apt", m.platform.debian()), arch: m.platform.debian(), lock: lock, host: m.host}
	plan, err := m.packages(ctx, a, r)
	if err != nil {
		return nil, err
	}
	image := empty.Image
	var all []deb
	for i, lr := range r.layers {
		m.progress(Event{Kind: Composing, Layer: lr.name, Current: int64(i), Total: int64(len(r.layers))})
		l, err := m.layer(ctx, a, lr, plan[i], filepath.Join(work, fmt.Sprintf("%d.tar.gz", i)))
		if err != nil {
			if packagesKind(err) == BadPackage {
				a.clean() // apt doesn't look again into what it has fetched
			}
			return nil, err
		}
		all = append(all, plan[i]...)
		created := v1.Time{Time: epoch}
		image, err = mutate.Append(image, mutate.Addendum{Layer: l, History: v1.History{
			Created: created, CreatedBy: "naru stand-in: " + lr.name, Comment: "made from packages of " + m.release.pretty,
		}})
		if err != nil {
			return nil, fmt.Errorf("composing the image: %w", err)
		}
	}
	a.clean()
	return m.configure(image, r, all)
}

// packages finds and fetches the packages of every layer; each layer's are
// those that the ones below it don't have.
func (m *maker) packages(ctx context.Context, a *apt, r recipe) ([][]deb, error) {
	plan := make([][]deb, len(r.layers))
	if !r.needsPackages() {
		return plan, nil
	}
	if err := a.available(); err != nil {
		return nil, err
	}
	if err := a.open(); err != nil {
		return nil, err
	}
	if free, err := freeSpace(a.root); err == nil && free < minFree {
		return nil, &PackagesError{Kind: NoSpace, Err: fmt.Errorf("%d MB free, %d MB needed", free>>20, int64(minFree)>>20)}
	}
	m.progress(Event{Kind: Lists})
	// A source that fails (a vendor's, a mirror being synchronized) is no
	// reason to stop while the others have what is needed.
	stale := a.update(ctx)
	if stale != nil && packagesKind(stale) != NoLists {
		return nil, stale
	}
	var names []string
	have := map[string]bool{}
	var total int64
	for i, l := range r.layers {
		var debs []deb
		var err error
		for _, alternative := range l.packages {
			wanted := append(slices.Clone(names), alternative...)
			if debs, err = a.resolve(ctx, wanted...); err == nil {
				names = wanted
				break
			}
			if packagesKind(err) != NoCandidate {
				return nil, err
			}
		}
		if err != nil && stale != nil {
			err = stale
		}
		if err != nil {
			return nil, err
		}
		for _, d := range debs {
			if !have[d.name] {
				have[d.name] = true
				plan[i] = append(plan[i], d)
				total += d.size
			}
		}
	}
	m.progress(Event{Kind: Packages, Total: total, Count: len(have)})
	if err := a.fetch(ctx, names...); err != nil {
		return nil, err
	}
	return plan, nil
}

func (m *maker) layer(ctx context.Context, a *apt, lr layerRecipe, debs []deb, file string) (*layer, error) {
	w, err := newLayer(file)
	if err != nil {
		return nil, err
	}
	err = lr.write(&kitchen{Context: ctx, apt: a, platform: m.platform, w: w, debs: debs, rules: lr.rules, release: m.release})
	l, werr := w.close()
	switch {
	case errors.Is(werr, context.Canceled), err != nil && !isNoSpace(werr):
		return nil, err
	case werr != nil:
		return nil, werr
	}
	return l, nil
}

// configure gives the image the configuration that the catalogue states.
func (m *maker) configure(image v1.Image, r recipe, debs []deb) (v1.Image, error) {
	file, err := image.ConfigFile()
	if err != nil {
		return nil, fmt.Errorf("configuring the image: %w", err)
	}
	file = file.DeepCopy()
	file.OS, file.Architecture, file.Variant = m.platform.OS, m.platform.Arch, m.platform.Variant
	file.Created = v1.Time{Time: epoch}
	file.Author = "naru"
	c, relies := &file.Config, m.img.Relies
	c.User, c.WorkingDir = relies.User, relies.Workdir
	c.Entrypoint, c.Cmd, c.StopSignal = relies.Entrypoint, relies.Cmd, relies.StopSignal
	for _, key := range slices.Sorted(maps.Keys(relies.Env)) {
		value := relies.Env[key]
		if key == r.version[0] {
			if value = upstreamVersion(debs, r.version[1]); value == "" {
				return nil, &PackagesError{Kind: BadPackage, Err: fmt.Errorf("no version of %q", r.version[1])}
			}
		}
		c.Env = append(c.Env, key+"="+value)
	}
	for _, port := range relies.Expose {
		if c.ExposedPorts == nil {
			c.ExposedPorts = map[string]struct{}{}
		}
		c.ExposedPorts[port] = struct{}{}
	}
	c.Labels = map[string]string{Label: packageList(debs)}
	image, err = mutate.ConfigFile(image, file)
	if err != nil {
		return nil, fmt.Errorf("configuring the image: %w", err)
	}
	return image, nil
}

func packageList(debs []deb) string {
	if len(debs) == 0 {
		return "none"
	}
	list := make([]string, 0, len(debs))
	for _, d := range debs {
		list = append(list, d.name+"="+d.version)
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}
