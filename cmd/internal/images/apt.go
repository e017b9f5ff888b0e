package images

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// leftOut are packages that apt is told are installed, so that it does not
// fetch them: what only installing or building needs, and what only other uses
// of a library need. Together they are nine tenths of what Debian's npm asks
// for. Names that a distribution doesn't have do no harm.
var leftOut = []string{
	// installing, configuring, updating
	"adduser", "debconf", "debianutils", "dpkg", "init-system-helpers", "lsb-base", "openssl", "perl", "perl-base",
	"sysvinit-utils", "tar", "media-types", "mime-support",
	// the network tools that nginx's start script asks for
	"iproute2",
	// building addons in C, and the Python that it takes
	"gyp", "libnode-dev", "node-gyp", "python3", "python3-minimal",
	// what JavaScript packages are themselves built and tested with
	"eslint", "handlebars", "node-babel7", "node-babel7-runtime", "node-core-js", "node-core-js-pure", "node-corepack",
	"node-istanbul", "node-jest-debbundle", "node-jest-worker", "node-tap", "node-tape",
	"terser", "webpack",
}

// listsAge is how long fetched package lists are used again.
const listsAge = time.Hour

// deb is one package that apt chose.
type deb struct {
	file    string // in the folder of archives, "libc6_2.36-9_amd64.deb"
	name    string
	version string
	size    int64 // bytes to download
}

// apt runs apt-get for one architecture with folders of its own: its lists,
// its cache, its empty idea of what is installed, and only the distribution's
// own packages preferred (a vendor's nodejs is not the one we know the shape of).
// The machine's sources, keys and proxy settings hold; its packages are never
// touched, and no privilege is needed.
type apt struct {
	root string // "<cache>/apt/<architecture>"
	arch string // "arm64", "armhf"
	lock *os.File
	host hostFiles
}

// hostFiles are the parts of the machine that apt works from.
type hostFiles struct {
	sources string // "/etc/apt"
	path    string // where apt-get and dpkg-deb are looked for; empty: PATH
}

func (a *apt) config() string   { return filepath.Join(a.root, "apt.conf") }
func (a *apt) archives() string { return filepath.Join(a.root, "archives") }

// open writes the configuration.
func (a *apt) open() error {
	for _, d := range []string{"lists/partial", "archives/partial", "none/partial", "sources.list.d"} {
		if err := os.MkdirAll(filepath.Join(a.root, d), 0o755); err != nil { //nolint:gosec // packages are no secret
			return fmt.Errorf("making folders for apt: %w", err)
		}
	}
	var status strings.Builder
	for _, p := range leftOut {
		fmt.Fprintf(&status, "Package: %s\nStatus: install ok installed\nArchitecture: all\nMulti-Arch: foreign\n"+
			"Version: 999:999\nMaintainer: naru\nDescription: left out\n\n", p)
	}
	conf := fmt.Sprintf(`#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
#clear DPkg::Pre-Install-Pkgs;
#clear APT::Architectures;
#clear Acquire::IndexTargets::deb::DEP-11;
#clear Acquire::IndexTargets::deb::DEP-11-icons;
#clear Acquire::IndexTargets::deb::DEP-11-icons-small;
#clear Acquire::IndexTargets::deb::DEP-11-icons-hidpi;
#clear Acquire::IndexTargets::deb::DEP-11-icons-large;
#clear Acquire::IndexTargets::deb::DEP-11-icons-large-hidpi;
#clear Acquire::IndexTargets::deb::CNF;
APT::Architecture "%[2]s";
APT::Architectures { "%[2]s"; };
APT::Install-Recommends "false";
APT::Install-Suggests "false";
APT::Get::List-Cleanup "true";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::GzipIndexes "true";
Acquire::http::Timeout "15";
Acquire::https::Timeout "15";
Acquire::Retries "2";
Debug::NoLocking "true";
Dir::State "%[1]s";
Dir::State::lists "%[1]s/lists";
Dir::State::status "%[1]s/status";
Dir::State::extended_states "%[1]s/extended_states";
Dir::Cache "%[1]s";
Dir::Cache::archives "%[1]s/archives";
Dir::Cache::pkgcache "%[1]s/pkgcache.bin";
Dir::Cache::srcpkgcache "";
Dir::Log "%[1]s";
Dir::Etc::preferences "%[1]s/preferences";
Dir::Etc::preferencesparts "/dev/null";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "%[1]s/sources.list.d";
`, a.root, a.arch)
	var preferences strings.Builder
	for _, origin := range []string{"Debian", "Ubuntu", "Raspbian"} {
		fmt.Fprintf(&preferences, "Package: *\nPin: release o=%s\nPin-Priority: 990\n\n", origin)
	}
	for name, content := range map[string]string{"status": status.String(), "apt.conf": conf, "preferences": preferences.String()} {
		if err := os.WriteFile(filepath.Join(a.root, name), []byte(content), 0o644); err != nil { //nolint:gosec // as above
			return fmt.Errorf("configuring apt: %w", err)
		}
	}
	return a.copySources()
}

// update fetches the package lists, unless those of the last hour are there
// for the same sources.
func (a *apt) update(ctx context.Context) error {
	stamp := filepath.Join(a.root, "lists.stamp")
	sum, err := a.sourcesSum()
	if err != nil {
		return err
	}
	if info, err := os.Stat(stamp); err == nil && time.Since(info.ModTime()).Abs() < listsAge {
		if old, err := os.ReadFile(stamp); err == nil && string(old) == sum {
			return nil
		}
	}
	_ = os.Remove(stamp)
	// Left to itself, apt ends well when nothing could be fetched.
	if _, err := a.run(ctx, NoLists, "update", "-q", "-o", "APT::Update::Error-Mode=any"); err != nil {
		return err
	}
	if lists, err := filepath.Glob(filepath.Join(a.root, "lists", "*_Packages*")); err != nil || len(lists) == 0 {
		return &PackagesError{Kind: NoLists, Err: errors.New("apt-get update brought none")} // apt before 2.1
	}
	if err := os.WriteFile(stamp, []byte(sum), 0o644); err != nil { //nolint:gosec // as above
		return fmt.Errorf("remembering the package lists: %w", err)
	}
	return nil
}

func (a *apt) sourcesSum() (string, error) {
	h := sha256.New()
	dir := filepath.Join(a.root, "sources.list.d")
	files, err := os.ReadDir(dir)
	if err != nil {
		return "", fmt.Errorf("reading apt's sources: %w", err)
	}
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			return "", fmt.Errorf("reading apt's sources: %w", err)
		}
		_, _ = fmt.Fprintf(h, "%s %d\n%s", f.Name(), len(b), b)
	}
	return fmt.Sprintf("%x\n", h.Sum(nil)), nil
}

// resolve returns the packages with all that they depend on, sorted by name,
// without fetching anything. It looks past what an earlier try has fetched,
// which apt would leave out of its answer.
func (a *apt) resolve(ctx context.Context, packages ...string) ([]deb, error) {
	out, err := a.run(ctx, NoCandidate, append([]string{
		"-o", "Dir::Cache::archives=" + filepath.Join(a.root, "none"),
		"install", "-q", "-y", "--print-uris", "--no-remove",
	}, packages...)...)
	if err != nil {
		return nil, err
	}
	var debs []deb
	for line := range strings.Lines(string(out)) {
		if !strings.HasPrefix(line, "'") {
			continue
		}
		d, err := parseURI(line)
		if err != nil {
			return nil, &PackagesError{Kind: NoCandidate, Err: err}
		}
		debs = append(debs, d)
	}
	if len(debs) == 0 {
		return nil, &PackagesError{Kind: NoCandidate, Err: fmt.Errorf("no package to fetch for %q", packages)}
	}
	slices.SortFunc(debs, func(a, b deb) int { return strings.Compare(a.name, b.name) })
	return debs, nil
}

// parseURI reads a line of `apt-get --print-uris`: 'URI' FILE SIZE HASH, where
// FILE is NAME_VERSION_ARCHITECTURE.deb, with %3a for a colon.
func parseURI(line string) (deb, error) {
	fields := strings.Fields(line)
	if len(fields) < 3 {
		return deb{}, fmt.Errorf("reading apt's list: %q", line)
	}
	size, err := strconv.ParseInt(fields[2], 10, 64)
	name, rest, ok := strings.Cut(fields[1], "_")
	version, _, ok2 := strings.Cut(rest, "_")
	if err != nil || !ok || !ok2 || strings.ContainsRune(fields[1], '/') {
		return deb{}, fmt.Errorf("reading apt's list: %q", line)
	}
	return deb{file: fields[1], name: name, version: strings.ReplaceAll(version, "%3a", ":"), size: size}, nil
}

// fetch downloads the packages; apt verifies them against the signed lists.
func (a *apt) fetch(ctx context.Context, packages ...string) error {
	_, err := a.run(ctx, NoDownload, append([]string{"install", "-q", "-y", "--download-only", "--no-remove"}, packages...)...)
	return err
}

// run runs apt-get; a failure is a PackagesError of the kind given.
func (a *apt) run(ctx context.Context, kind PackagesKind, args ...string) ([]byte, error) {
	out, err := a.exec(ctx, "apt-get", append([]string{"-c", a.config()}, args...)...)
	if err == nil {
		return out, nil
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("running apt-get: %w", context.Cause(ctx))
	}
	var failed *exec.ExitError
	if !errors.As(err, &failed) {
		return nil, &PackagesError{Kind: NoApt, Err: err}
	}
	if free, ferr := freeSpace(a.root); ferr == nil && free < minFree {
		kind = NoSpace
	}
	return nil, &PackagesError{Kind: kind, Output: tail(failed.Stderr, 3), Err: err}
}

// exec runs a program of the distribution in the C locale. The program holds
// the cache's lock too: one that outlives a killed naru is waited for by the next.
func (a *apt) exec(ctx context.Context, name string, args ...string) ([]byte, error) {
	cmd, err := a.command(ctx, name, args...)
	if err != nil {
		return nil, err
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err = cmd.Run()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		failed.Stderr = stderr.Bytes()
	}
	return stdout.Bytes(), err
}

func (a *apt) command(ctx context.Context, name string, args ...string) (*exec.Cmd, error) {
	file, err := a.lookPath(name)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, file, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C", "DEBIAN_FRONTEND=noninteractive")
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 3 * time.Second
	if a.lock != nil {
		cmd.ExtraFiles = []*os.File{a.lock}
	}
	return cmd, nil
}

func (a *apt) lookPath(name string) (string, error) {
	if a.host.path == "" {
		return exec.LookPath(name)
	}
	file := filepath.Join(a.host.path, name)
	if _, err := os.Stat(file); err != nil {
		return "", err
	}
	return file, nil
}

// available says whether this machine has apt.
func (a *apt) available() error {
	for _, name := range []string{"apt-get", "dpkg-deb"} {
		if _, err := a.lookPath(name); err != nil {
			return &PackagesError{Kind: NoApt, Err: err}
		}
	}
	return nil
}

// clean removes the downloaded packages and apt's index; the lists stay for
// the next image.
func (a *apt) clean() {
	_ = os.RemoveAll(a.archives())
	_ = os.Remove(filepath.Join(a.root, "pkgcache.bin"))
}

// tail returns the last n lines that say something, joined.
func tail(b []byte, n int) string {
	var lines []string
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines[max(0, len(lines)-n):], "; ")
}

func isNoSpace(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
