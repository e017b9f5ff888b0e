package images

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
)

// Ubuntu keeps amd64 in its archive and every other architecture in its
// ports archive (https://wiki.ubuntu.com/Ports); Debian keeps all in one.
//
// The expressions are compiled when they are needed, not at every start.
const (
	ubuntuArchive = `https?://(?:[a-z0-9.-]*\.)?(?:archive|security)\.ubuntu\.com/ubuntu/?`
	ubuntuPorts   = `https?://(?:[a-z0-9.-]*\.)?ports\.ubuntu\.com/ubuntu-ports/?`

	deb822Archs = `(?mi)^Architectures:.*\n`
	lineArchs   = `(?m)^(deb\s+\[[^\]]*?)\barch=\S+?([\s\]])`
)

// copySources copies the machine's sources of packages into apt's own folder,
// made to fit the architecture where it isn't the machine's own.
func (a *apt) copySources() error {
	to := filepath.Join(a.root, "sources.list.d")
	if err := os.RemoveAll(to); err != nil {
		return fmt.Errorf("copying apt's sources: %w", err)
	}
	if err := os.MkdirAll(to, 0o755); err != nil { //nolint:gosec // sources are no secret
		return fmt.Errorf("copying apt's sources: %w", err)
	}
	files := []string{filepath.Join(a.host.sources, "sources.list")}
	for _, pattern := range []string{"*.list", "*.sources"} {
		more, err := filepath.Glob(filepath.Join(a.host.sources, "sources.list.d", pattern))
		if err != nil {
			return fmt.Errorf("copying apt's sources: %w", err)
		}
		files = append(files, more...)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if os.IsNotExist(err) || os.IsPermission(err) {
			continue
		}
		if err != nil {
			return fmt.Errorf("copying apt's sources: %w", err)
		}
		name := filepath.Join(to, filepath.Base(file))
		if err := os.WriteFile(name, []byte(fitSources(string(content), a.arch)), 0o644); err != nil { //nolint:gosec // as above
			return fmt.Errorf("copying apt's sources: %w", err)
		}
	}
	return nil
}

// fitSources makes sources fit an architecture that isn't the machine's own.
func fitSources(content, arch string) string {
	if arch == nativeArch() {
		return content
	}
	content = regexp.MustCompile(deb822Archs).ReplaceAllString(content, "")
	content = regexp.MustCompile(lineArchs).ReplaceAllString(content, "$1$2")
	content = strings.ReplaceAll(content, "[]", "")
	if arch == "amd64" {
		return regexp.MustCompile(ubuntuPorts).ReplaceAllString(content, "http://archive.ubuntu.com/ubuntu/")
	}
	return regexp.MustCompile(ubuntuArchive).ReplaceAllString(content, "http://ports.ubuntu.com/ubuntu-ports/")
}

func nativeArch() string {
	return Platform{OS: "linux", Arch: runtime.GOARCH}.normal().debian()
}
