package checker

import (
	"fmt"
	"strings"
	"time"

	"github.com/naru-lab/naru/checker/engine"
)

// Fact names one thing that can be observed. Two checks that need the same
// thing name the same Fact, so that it is asked for once.
type Fact struct {
	Kind string // one of the Fact… constants
	Name string // the object's name or reference, the path, the request
	In   string // for paths: where ("volume:notes", "container:web", "image:nginx", "workspace")
}

// The kinds of fact. The State's field that holds a kind is named beside it.
const (
	FactEngine     = "engine"     // Engine
	FactHost       = "host"       // Host
	FactContainer  = "container"  // Containers, by name or ID
	FactContainers = "containers" // ContainerList
	FactRecent     = "recent"     // Recent
	FactImage      = "image"      // Images, by reference
	FactImages     = "images"     // ImageList
	FactHistory    = "history"    // Histories, by reference
	FactVolume     = "volume"     // Volumes
	FactVolumes    = "volumes"    // VolumeList
	FactNetwork    = "network"    // Networks
	FactNetworks   = "networks"   // NetworkList
	FactChanges    = "changes"    // Changes, by container
	FactProcesses  = "processes"  // Processes, by container
	FactLogs       = "logs"       // Logs, by container
	FactEvents     = "events"     // Events
	FactPath       = "path"       // Paths
	FactLayers     = "layers"     // Layers
	FactHTTP       = "http"       // Responses, by request
)

// State is what was observed: plain data, the only thing besides the checks
// that a verdict rests on. A key that is missing from a map was not looked at;
// a key with a nil value was looked for and is not there. A nil list was not
// asked for; an empty one was.
type State struct {
	Taken     time.Time // when the first request was sent, by this machine's clock
	Since     time.Time // when the lesson was started; zero: not known
	Workspace string    // the learner's folder for the lesson, absolute; bind mounts are held against it
	// WorkspaceReal is Workspace with its symbolic links resolved: a shell's
	// $PWD may be either. Empty where it is the same.
	WorkspaceReal string

	Engine        *engine.Info
	Host          *Host
	Containers    map[string]*engine.Container
	ContainerList []engine.Summary
	Recent        []engine.Summary // the containers made last
	Images        map[string]*engine.Image
	ImageList     []engine.ImageSummary
	Histories     map[string][]engine.History
	Volumes       map[string]*engine.Volume
	VolumeList    []engine.Volume
	Networks      map[string]*engine.Network
	NetworkList   []engine.Network
	Changes       map[string][]engine.Change
	Processes     map[string][]engine.Process
	Logs          map[string]*Logs
	Events        []engine.Event // since the lesson was started, as far as the engine remembers
	Paths         map[PathKey]*engine.File
	Layers        map[PathKey][]int    // which of an image's layers hold a path, from 0, the lowest
	Responses     map[string]*Response // by Request.Key

	// What is known beforehand, given to Observe.
	Before   []string          // IDs of the containers that were there before the lesson; nil: not known
	Evidence []Evidence        // of earlier passes of this lesson
	Answers  map[string]string // the learner's answers, by question
}

// PathKey names a path and where it is.
type PathKey struct{ In, Path string }

// MarshalText makes PathKey a JSON object's key: where and path, with a unit
// separator (U+001F) between them, since either may hold any visible sign.
func (k PathKey) MarshalText() ([]byte, error) { return []byte(k.In + "\x1f" + k.Path), nil }

// UnmarshalText reads what MarshalText writes.
func (k *PathKey) UnmarshalText(b []byte) error {
	in, path, ok := strings.Cut(string(b), "\x1f")
	if !ok {
		return fmt.Errorf("reading path key %q: no separator", b)
	}
	k.In, k.Path = in, path
	return nil
}

// Host is the machine that the learner's docker command runs on.
type Host struct {
	OS       string // GOOS
	Arch     string // GOARCH
	Distro   string // "debian", "ubuntu", "raspbian"
	Release  string // "12", "24.04"
	WSL      int    // 0: no; 1 or 2
	Pi       string // the board's model; empty elsewhere
	Kernel   string
	Memory   int64  // bytes
	DiskFree int64  // bytes free where the engine keeps its data; -1 unknown
	Docker   string // version of the docker command; empty: none
	Compose  string // version of `docker compose`; empty: none
	Buildx   string // version of `docker buildx`; empty: none
}

// Logs is what a container wrote, the end of it.
type Logs struct {
	Stdout, Stderr string
	Truncated      bool // there was more before
}

// Request is an HTTP request that a check declares.
type Request struct {
	Method string
	URL    string
	Header map[string]string
	Body   string
}

// Response is the answer to a Request, or why there was none.
type Response struct {
	Status int
	Header map[string]string // canonical names; repeated values joined with ", "
	Body   string            // at most 1 MiB
	// Err is one of "refused", "timeout", "reset", "dns", "tls", "malformed", or empty.
	Err string
	// Remote is the address that answered, "127.0.0.1:8080".
	Remote string
}
