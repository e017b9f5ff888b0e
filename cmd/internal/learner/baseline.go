package learner

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/naru-lab/naru/checker/engine"
)

// Baseline is what was on an engine before a lesson began: the identity of
// every object. Reset refuses all of it.
type Baseline struct {
	V          int                  `json:"v"`
	Course     string               `json:"course"`
	Lesson     string               `json:"lesson"`
	Session    string               `json:"session"` // of the start that it was taken for
	Taken      time.Time            `json:"taken"`
	EngineTime time.Time            `json:"engineTime,omitzero"` // when it was taken by the engine's clock
	Engine     string               `json:"engine"`              // EngineKey
	EngineName string               `json:"engineName"`          // as people know it
	Containers map[string]string    `json:"containers"`          // names, by ID
	Images     map[string][]string  `json:"images"`              // tags, by ID; none for an untagged image
	Volumes    map[string]time.Time `json:"volumes"`             // when made, by name
	Networks   map[string]string    `json:"networks"`            // names, by ID
}

// NewBaseline records what is on an engine. What an earlier reset of the
// lesson had to leave is the lesson's, and not part of it.
func NewBaseline(lesson, session string, now time.Time, info *engine.Info, w World, left []Object) *Baseline {
	b := &Baseline{
		V: version, Lesson: lesson, Session: session, Taken: now, Engine: EngineKey(info), EngineName: EngineName(info),
		Containers: map[string]string{}, Images: map[string][]string{},
		Volumes: map[string]time.Time{}, Networks: map[string]string{},
	}
	if info != nil {
		b.EngineTime = info.Time
	}
	isLeft := func(kind, name, id string) bool {
		return slices.ContainsFunc(left, func(o Object) bool {
			return o.Kind == kind && o.ID == id && (kind != KindVolume || o.Name == name) ||
				slices.ContainsFunc(o.With, func(o Object) bool { return o.Kind == kind && o.ID == id })
		})
	}
	for _, c := range w.Containers {
		if !isLeft(KindContainer, c.Name, c.ID) {
			b.Containers[c.ID] = c.Name
		}
	}
	for _, v := range w.Volumes {
		if !isLeft(KindVolume, v.Name, volumeID(v)) {
			b.Volumes[v.Name] = v.Created
		}
	}
	for _, n := range w.Networks {
		if !isLeft(KindNetwork, n.Name, n.ID) {
			b.Networks[n.ID] = n.Name
		}
	}
	for _, i := range w.Images {
		if !isLeft(KindImage, "", i.ID) {
			b.Images[i.ID] = slices.Clone(i.Tags)
		}
	}
	return b
}

// tagged reports whether an image bore a tag before the lesson, and which.
func (b *Baseline) tagged(tag string) (id string, ok bool) {
	for id, tags := range b.Images {
		if slices.Contains(tags, tag) {
			return id, true
		}
	}
	return "", false
}

// EngineKey tells engines apart: the same engine has the same key however it
// is reached. Podman makes up an ID for each request, so it is known by its
// host and where it keeps its data.
func EngineKey(info *engine.Info) string {
	if info == nil {
		return ""
	}
	id := info.ID
	if id == "" || info.Podman {
		id = "\x00" + info.Name + "\x00" + info.RootDir
	}
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:8])
}

// EngineName is an engine as people know it: "Docker Desktop 4.38 on wsl".
// No engine has no name.
func EngineName(info *engine.Info) string {
	if info == nil {
		return ""
	}
	name := info.Platform
	switch {
	case info.Podman:
		name = "Podman"
	case name == "":
		name = "Docker Engine"
	}
	if info.Version != "" {
		name += " " + info.Version
	}
	if info.Name != "" {
		name += " on " + info.Name
	}
	return name
}

// NewSession names a start of a lesson. A baseline belongs to one start: after
// a reset, or when the start was cut short, it counts no longer.
func NewSession() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// HasBaseline reports whether a baseline was taken on an engine since a start.
func (s *Store) HasBaseline(lesson, session, engineKey string) bool {
	_, err := os.Lstat(s.dirs.baseline(s.course, lesson, session, engineKey))
	return session != "" && err == nil
}

// Baseline reads the baseline of a lesson on an engine. It is nil when none
// was taken there since the start; one that can't be read is a *BaselineError.
func (s *Store) Baseline(lesson, session, engineKey string) (*Baseline, error) {
	if session == "" {
		return nil, nil
	}
	path := s.dirs.baseline(s.course, lesson, session, engineKey)
	data, err := os.ReadFile(path)
	if err != nil {
		if notThere(err) {
			return nil, nil
		}
		return nil, &BaselineError{Path: path, Err: err}
	}
	var b Baseline
	if err := json.Unmarshal(data, &b); err != nil {
		return nil, &BaselineError{Path: path, Err: err}
	}
	if b.V != version || b.Lesson != lesson || b.Session != session || b.Engine != engineKey {
		return nil, &BaselineError{Path: path, Err: errors.New("it is of another format, lesson, start or engine")}
	}
	return &b, nil
}

// SaveBaseline keeps a baseline, and forgets those of earlier starts. The
// lesson's lock must be held.
func (s *Store) SaveBaseline(b *Baseline) error {
	if !fileName(b.Lesson) || !fileName(b.Session) || !fileName(b.Engine) {
		return fmt.Errorf("keeping a baseline: %q, %q or %q can't be a file's name", b.Lesson, b.Session, b.Engine)
	}
	b.Course = s.course
	data, err := json.Marshal(b)
	if err != nil {
		return fmt.Errorf("keeping a baseline: %w", err)
	}
	path := s.dirs.baseline(s.course, b.Lesson, b.Session, b.Engine)
	sweep(filepath.Dir(path))
	if err := writeFile(path, data); err != nil {
		return err
	}
	entries, _ := os.ReadDir(filepath.Dir(path))
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), b.Session+".") {
			_ = os.Remove(filepath.Join(filepath.Dir(path), e.Name())) // it counts no longer, there or not
		}
	}
	return nil
}

// DropBaseline forgets a baseline. That none is there is no error. The
// lesson's lock must be held.
func (s *Store) DropBaseline(lesson, session, engineKey string) error {
	path := s.dirs.baseline(s.course, lesson, session, engineKey)
	if err := os.Remove(path); err != nil {
		if notThere(err) {
			return nil
		}
		return &WriteError{Path: path, Err: err}
	}
	if err := syncDir(filepath.Dir(path)); err != nil {
		return &WriteError{Path: path, Err: err}
	}
	return nil
}

// OtherBaselines gives the names of the engines, other than the given one, on
// which a baseline was taken since the start.
func (s *Store) OtherBaselines(lesson, session, engineKey string) []string {
	if session == "" {
		return nil
	}
	entries, _ := os.ReadDir(filepath.Dir(s.dirs.baseline(s.course, lesson, session, engineKey)))
	var names []string
	for _, e := range entries {
		of, key, _ := strings.Cut(strings.TrimSuffix(e.Name(), ".json"), ".")
		if of != session || key == engineKey {
			continue
		}
		if b, err := s.Baseline(lesson, session, key); err == nil && b != nil {
			names = append(names, b.EngineName)
		}
	}
	return names
}
