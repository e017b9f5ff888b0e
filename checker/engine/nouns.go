// Package engine is the project's one door to a Docker Engine.
//
// It is the only package that imports the Docker client. Everything else
// speaks the small nouns of this file: plain data, the same for every Engine
// version from 20.10 to 29 and for both image stores, ready to be compared,
// printed as JSON and kept with a bug report.
package engine

import "time"

// Info is what an engine says about itself (GET /version and GET /info).
type Info struct {
	ID            string // the engine's own id; empty where it has none
	Name          string // the host's name as the engine sees it
	Version       string // "28.5.2"
	APIVersion    string // the version negotiated for this connection, "1.51"
	MinAPIVersion string // the lowest API version that the engine accepts
	Platform      string // Platform.Name, "Docker Engine - Community", "Docker Desktop …"; may be empty
	Podman        bool   // a Podman service behind the Docker API
	OS            string // "linux"
	Arch          string // Go's name: "amd64", "arm64", "arm"
	Variant       string // "v7" for a 32-bit ARM host; empty otherwise
	KernelVersion string // what `uname -r` prints on the engine's host
	OSName        string // "Debian GNU/Linux 12 (bookworm)"
	RootDir       string // DockerRootDir
	Driver        string // storage driver: "overlay2", "overlayfs"
	Containerd    bool   // the containerd image store is in use
	MemoryLimit   bool   // memory limits work
	MemTotal      int64  // bytes
	NCPU          int
	Time          time.Time // by the engine's own clock; zero where it doesn't tell
	Mirrors       []string
	Insecure      []string // insecure registries, as CIDR or host
	Warnings      []string
}

// Container is one container, inspected.
type Container struct {
	ID      string // 64 hexadecimal digits
	Name    string // without the leading slash
	Image   string // the reference it was made from, as given
	ImageID string // never a thing to grade on: it differs between image stores
	Created time.Time

	Status     string // "created", "running", "paused", "restarting", "removing", "exited", "dead"
	ExitCode   int
	OOMKilled  bool
	Error      string // the engine's own words when it could not be started
	StartedAt  time.Time
	FinishedAt time.Time
	Restarts   int
	PID        int    // in the engine's host; 0 when not running
	Health     string // "", "starting", "healthy", "unhealthy"
	HealthLog  string // output of the last probe

	Path string   // the executable that was run: entrypoint's or command's first word
	Args []string // its arguments

	Entrypoint  []string // configuration, image's defaults included
	Command     []string // configuration, image's defaults included
	Environment map[string]string
	Labels      map[string]string
	User        string
	WorkingDir  string
	Hostname    string
	TTY         bool
	StdinOpen   bool
	StopSignal  string // by its full name, "SIGTERM" where nothing was said
	AutoRemove  bool
	Healthcheck *Healthcheck // nil: none

	Exposed []string // "80/tcp"
	Ports   []Port   // bindings in force while it runs or is paused, the configured ones otherwise

	Mounts      []Mount
	Tmpfs       []string // paths in the container
	NetworkMode string
	Networks    []Attachment

	Restart    Restart
	Memory     int64   // bytes; 0 no limit
	MemorySwap int64   // bytes; 0 unset, -1 unlimited
	CPUs       float64 // 0 no limit
	PidsLimit  int64   // 0 or less: no limit
	ReadOnly   bool
	Privileged bool
	Init       bool
	CapAdd     []string // without "CAP_"
	CapDrop    []string
}

// Healthcheck is a container's or an image's health check, with the defaults
// that are in force for what was not said. One that was turned off is none.
type Healthcheck struct {
	Test        []string // Docker's form: ["CMD", …], ["CMD-SHELL", "…"]
	Interval    time.Duration
	Timeout     time.Duration
	StartPeriod time.Duration
	Retries     int
}

// Port is one published port.
type Port struct {
	HostIP        string // "0.0.0.0", "::", "127.0.0.1"; never empty where it was asked for without
	HostPort      int    // 0: the engine has not chosen one yet
	ContainerPort int
	Protocol      string // "tcp", "udp", "sctp"
}

// Mount is one mount of a container.
type Mount struct {
	Type        string // "volume", "bind", "tmpfs"
	Name        string // the volume's name; empty for other types
	Source      string // on the engine's host
	Destination string // in the container
	ReadOnly    bool
	Anonymous   bool // a volume that nobody named
}

// Attachment is a container's place in a network.
type Attachment struct {
	Network string
	ID      string   // the network's
	Aliases []string // names asked for; never the short container ID
	Names   []string // DNS names that resolve to the container there
	IP      string
}

// Restart is a restart policy.
type Restart struct {
	Policy string // "no", "always", "unless-stopped", "on-failure"
	Max    int    // retries of "on-failure"; 0 no limit
}

// Summary is a container as a list shows it.
type Summary struct {
	ID      string
	Name    string
	Image   string
	ImageID string
	Created time.Time
	Status  string // as Container.Status
	Labels  map[string]string
	Ports   []Port
	Mounts  []Mount
	// Networks are the names of the networks that it is attached to.
	Networks []string
}

// Image is one image, inspected.
type Image struct {
	ID      string
	Tags    []string // "nginx:1.29"
	Digests []string // "nginx@sha256:…"; no proof of a pull with the containerd store
	Created time.Time
	OS      string
	Arch    string
	Variant string
	Layers  []string // diff IDs, the lowest first
	Comment string

	Entrypoint  []string
	Command     []string
	Environment map[string]string
	Labels      map[string]string
	User        string
	WorkingDir  string
	Exposed     []string
	Volumes     []string
	StopSignal  string
	Shell       []string
	Healthcheck *Healthcheck
}

// History is one entry of an image's history, the newest first.
type History struct {
	Created   time.Time
	CreatedBy string
	Comment   string
	Empty     bool // made no layer
}

// ImageSummary is an image as a list shows it.
type ImageSummary struct {
	ID      string
	Parent  string // the image that the classic builder or a commit made it from; empty for others
	Tags    []string
	Created time.Time
	Labels  map[string]string
}

// Volume is one volume.
type Volume struct {
	Name    string
	Driver  string
	Created time.Time
	Labels  map[string]string
	Options map[string]string
	Source  string // mount point on the engine's host
}

// Network is one network.
type Network struct {
	ID         string
	Name       string
	Driver     string
	Created    time.Time
	Labels     map[string]string
	Internal   bool
	Subnets    []string
	Containers []string // names of the running containers in it
}

// Change is one line of `docker diff`.
type Change struct {
	Kind string // "A", "C", "D"
	Path string
}

// File is a path that was read: in a container, a volume, an image or the
// workspace. Content is bounded; Truncated says that there was more.
type File struct {
	Path      string
	Type      string // "file", "directory", "symlink", "other"
	Mode      uint32 // permission bits
	UID, GID  int
	Size      int64
	Content   []byte // files only
	Truncated bool
	Entries   []string // names in a directory, sorted
	// Target is what a symbolic link points to, as it is written. A link is
	// followed: all else describes what it leads to, and Type is "symlink" only
	// where that is nothing, or lies outside of where was asked.
	Target   string
	Modified time.Time
}

// Event is something that happened on the engine, in Docker's own words.
type Event struct {
	Time       time.Time
	Type       string // "container", "image", "volume", "network"
	Action     string // "create", "die", "destroy", …
	ID         string // the object's: a container's or network's ID, a volume's name, an image's reference
	Name       string
	Attributes map[string]string // "exitCode", "image", …
	// Probe is set for what happened to a container that this package made to
	// look into something.
	Probe bool
}

// Process is one line of `docker top`.
type Process struct {
	PID     int // in the engine's host
	User    string
	Command string
}
