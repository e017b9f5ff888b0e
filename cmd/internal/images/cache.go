package images

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// sources is the code that decides what a stand-in is. It is embedded to be
// part of the cache's keys: who changes a recipe has nothing else to remember.
//
//go:embed recipe.go busybox.go deb.go hello.go layer.go make.go release.go
var sources embed.FS

// native is the platform of this machine.
func native() Platform {
	return Platform{OS: "linux", Arch: runtime.GOARCH}.normal()
}

// CacheDir returns the folder of made images: naru/images under the XDG cache
// folder.
func CacheDir(getenv func(string) string, home string) string {
	base := getenv("XDG_CACHE_HOME")
	if !filepath.IsAbs(base) {
		base = filepath.Join(home, ".cache")
	}
	return filepath.Join(base, "naru", "images")
}

// key names what a stand-in is made from, as far as this program decides it:
// the image, the platform, the distribution, and every embedded file.
func (m *maker) key() string {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "%s\n%s\n%+v\n%+v\n%v\n", m.img.Ref, m.platform, m.img.Relies, m.release, leftOut)
	for _, embedded := range []embed.FS{sources, filesFS} {
		_ = fs.WalkDir(embedded, ".", func(name string, e fs.DirEntry, err error) error { // nothing fails in memory
			if err == nil && !e.IsDir() {
				content, _ := embedded.ReadFile(name)
				_, _ = fmt.Fprintf(h, "%s %d\n%s", name, len(content), content)
			}
			return err
		})
	}
	sum := hex.EncodeToString(h.Sum(nil))[:16]
	return strings.NewReplacer(":", "-", "/", "-").Replace(m.img.Ref+"-"+m.platform.Arch+m.platform.Variant) + "-" + sum
}

// cache holds archives, each with its SHA-256 beside it. What is in it is
// whole: files are written under another name, synced, and renamed.
type cache struct{ dir string }

func (c cache) file(key string) string { return filepath.Join(c.dir, key+".tar") }

var errNotCached = errors.New("not in the cache")

// find returns a whole archive. One that doesn't match its sum is removed.
func (c cache) find(key string) (string, error) {
	file := c.file(key)
	want, err := os.ReadFile(file + ".sha256")
	if err != nil {
		return "", errNotCached
	}
	got, err := sum(file)
	if err != nil || got+"\n" != string(want) {
		_ = os.Remove(file + ".sha256")
		_ = os.Remove(file)
		return "", errNotCached
	}
	return file, nil
}

func sum(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// put writes an archive with write, and its sum after it: an archive without
// a sum doesn't count. Older archives of the same image go.
func (c cache) put(key string, write func(file string) error) (string, error) {
	tmp := filepath.Join(c.dir, "work", key+".tar")
	if err := write(tmp); err != nil {
		return "", fmt.Errorf("writing the archive: %w", err)
	}
	digest, err := sum(tmp)
	if err != nil {
		return "", fmt.Errorf("reading the archive again: %w", err)
	}
	file := c.file(key)
	for _, step := range []func() error{
		func() error { return syncFile(tmp) },
		func() error { return os.Rename(tmp, file) },
		func() error { return os.WriteFile(tmp+".sha256", []byte(digest+"\n"), 0o644) }, //nolint:gosec // no secret
		func() error { return syncFile(tmp + ".sha256") },
		func() error { return os.Rename(tmp+".sha256", file+".sha256") },
	} {
		if err := step(); err != nil {
			for _, left := range []string{file + ".sha256", file} {
				_ = os.Remove(left)
			}
			return "", fmt.Errorf("keeping the archive: %w", err)
		}
	}
	c.forget(key)
	return file, nil
}

// forget removes archives of the same image and platform under other keys.
func (c cache) forget(key string) {
	stem := key[:strings.LastIndex(key, "-")+1]
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if name := e.Name(); strings.HasPrefix(name, stem) && !strings.HasPrefix(name, key) {
			_ = os.Remove(filepath.Join(c.dir, name))
		}
	}
}

func syncFile(file string) error {
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// work returns an empty folder for what is not finished. What a killed run left
// there goes; the lock must be held.
func (c cache) work() (string, error) {
	dir := filepath.Join(c.dir, "work")
	if err := os.RemoveAll(dir); err != nil {
		return "", fmt.Errorf("emptying the work folder: %w", err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // packages are no secret
		return "", fmt.Errorf("making the work folder: %w", err)
	}
	return dir, nil
}

// lockPoll is how often a lock that another process holds is tried again.
const lockPoll = 100 * time.Millisecond

// lock takes the cache for this process; waiting is called once when another
// one has it. The lock ends with the last process that holds its file: a
// killed naru's apt-get keeps it until it is done.
func (c cache) lock(ctx context.Context, waiting func()) (unlock func(), f *os.File, err error) {
	if err := os.MkdirAll(c.dir, 0o755); err != nil { //nolint:gosec // packages are no secret
		return nil, nil, fmt.Errorf("making the cache folder: %w", noSpace(err))
	}
	f, err = os.OpenFile(filepath.Join(c.dir, "lock"), os.O_RDWR|os.O_CREATE, 0o644) //nolint:gosec // empty
	if err != nil {
		return nil, nil, fmt.Errorf("opening the cache's lock: %w", noSpace(err))
	}
	tick := time.NewTicker(lockPoll)
	defer tick.Stop()
	for first := true; ; first = false {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil {
			return func() { _ = f.Close() }, f, nil
		}
		if !slices.Contains([]error{syscall.EWOULDBLOCK, syscall.EINTR}, err) {
			return nil, nil, errors.Join(fmt.Errorf("locking the cache: %w", err), f.Close())
		}
		if first {
			waiting()
		}
		select {
		case <-ctx.Done():
			return nil, nil, errors.Join(context.Cause(ctx), f.Close())
		case <-tick.C:
		}
	}
}
