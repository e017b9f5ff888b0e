package images

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strings"
)

// dropped are folders that no program of an image needs. The copyright files
// of packages are kept, as their licences ask.
var dropped = []string{
	"usr/share/doc/", "usr/share/man/", "usr/share/info/", "usr/share/locale/", "usr/share/i18n/", "usr/share/lintian/",
	"usr/share/bash-completion/", "usr/share/bug/", "usr/share/doc-base/", "usr/share/menu/", "usr/share/gcc/",
	"usr/share/apport/", "usr/share/initramfs-tools/", "usr/share/systemd/", "usr/share/vim/", "usr/include/",
	"usr/lib/systemd/", "usr/lib/udev/", "usr/lib/tmpfiles.d/", "usr/lib/sysusers.d/", "usr/lib/debug/", "usr/share/gdb/",
	"etc/init.d/", "etc/default/", "etc/logrotate.d/", "etc/ufw/", "etc/ld.so.conf.d/", "etc/cron.d/", "etc/cron.daily/",
	"etc/apache2/", "etc/initramfs-tools/", "var/lib/dpkg/",
}

// unpack adds the files of packages to a layer, one package after the other
// as they are given, each file as a stream.
func (a *apt) unpack(ctx context.Context, w *layerWriter, debs []deb, r rules) error {
	for _, d := range debs {
		if err := a.unpackOne(ctx, w, d, r); err != nil {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if isNoSpace(err) {
				return &PackagesError{Kind: NoSpace, Err: err}
			}
			return &PackagesError{Kind: BadPackage, Err: fmt.Errorf("unpacking %s %s: %w", d.name, d.version, err)}
		}
	}
	return nil
}

func (a *apt) unpackOne(ctx context.Context, w *layerWriter, d deb, r rules) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	cmd, err := a.command(ctx, "dpkg-deb", "--fsys-tarfile", filepath.Join(a.archives(), d.file))
	if err != nil {
		return err
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	err = r.copyTo(w, tar.NewReader(out))
	if err == nil {
		_, err = io.Copy(io.Discard, out) // the padding after the last entry
	} else {
		stop()
	}
	if werr := cmd.Wait(); err == nil && werr != nil {
		err = fmt.Errorf("%w: %s", werr, tail(stderr.Bytes(), 2))
	}
	return err
}

// rules say where the files of packages go in an image.
type rules struct {
	drop  []string                    // more folders (with a slash at the end) and files to leave out
	take  func(name string) bool      // files to hand to took instead; nil: none
	took  func(name string, b []byte) // called with the content of each taken file
	plain bool                        // no merging of /bin and /sbin into /usr/bin
}

// maxTaken bounds a file that is taken into memory.
const maxTaken = 8 << 20

func (r rules) copyTo(w *layerWriter, in *tar.Reader) error {
	for {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			return w.err
		}
		if err != nil {
			return fmt.Errorf("reading the package: %w", err)
		}
		name := path.Clean("/" + h.Name)[1:]
		if !r.plain {
			name = merged(name)
		}
		if h.Typeflag == tar.TypeReg && r.take != nil && r.take(name) {
			b, err := io.ReadAll(io.LimitReader(in, maxTaken))
			if err != nil {
				return fmt.Errorf("reading the package: %w", err)
			}
			r.took(name, b)
			continue
		}
		if name == "" || r.drops(name) || w.has(name) || h.Typeflag == tar.TypeDir {
			continue // folders come with what is in them
		}
		o := owner{h.Uid, h.Gid}
		switch h.Typeflag {
		case tar.TypeReg:
			w.stream(name, h.Mode, o, h.Size, in)
		case tar.TypeSymlink:
			w.symlink(name, h.Linkname)
		case tar.TypeLink:
			target := path.Clean("/" + h.Linkname)[1:]
			if !r.plain {
				target = merged(target)
			}
			if w.has(target) {
				w.hardlink(name, target)
			}
		default:
			return fmt.Errorf("%q is neither a file nor a link", h.Name)
		}
	}
}

func (r rules) drops(name string) bool {
	if strings.HasPrefix(name, "usr/share/doc/") && path.Base(name) == "copyright" {
		return false
	}
	for _, list := range [][]string{dropped, r.drop} {
		for _, d := range list {
			if name == d || strings.HasSuffix(d, "/") && strings.HasPrefix(name+"/", d) {
				return true
			}
		}
	}
	return false
}

// merged maps a path to where it is when /bin, /sbin, /lib and /lib64 are links
// into /usr, and /usr/sbin is a link to /usr/bin: what stands at either path
// in an official image is then found at both.
func merged(name string) string {
	top, rest, _ := strings.Cut(name, "/")
	switch top {
	case "bin", "sbin":
		name = "usr/bin/" + rest
	case "lib", "lib64":
		name = "usr/" + name
	}
	if after, ok := strings.CutPrefix(name, "usr/sbin/"); ok {
		name = "usr/bin/" + after
	}
	return strings.TrimSuffix(name, "/")
}

// mergedLinks are the links that go with merged.
var mergedLinks = [][2]string{{"bin", "usr/bin"}, {"lib", "usr/lib"}, {"sbin", "usr/bin"}, {"usr/sbin", "bin"}}
