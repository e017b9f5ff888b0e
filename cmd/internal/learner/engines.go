package learner

import (
	"encoding/json"
	"os"

	"github.com/naru-lab/naru/checker/engine"
)

// engines is engines.json: who the engines are that showed a mark.
type engines struct {
	V     int                 `json:"v"`
	Known map[string]identity `json:"known"` // by mark
}

// identity is what EngineKey and EngineName tell an engine by and doesn't
// change while it runs.
type identity struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	RootDir string `json:"rootDir"`
}

// manyEngines is how many are remembered. Nobody has that many; they are
// forgotten then, and asked again.
const manyEngines = 32

// readEngines reads what is remembered. What can't be read is nothing.
func (s *Store) readEngines() engines {
	var e engines
	if data, err := os.ReadFile(s.dirs.engines()); err == nil {
		_ = json.Unmarshal(data, &e) // a file that isn't ours tells nothing
	}
	if e.V != version || e.Known == nil || len(e.Known) >= manyEngines {
		e = engines{V: version, Known: map[string]identity{}}
	}
	return e
}

// Recall implements engine.Memory.
func (s *Store) Recall(mark string) *engine.Info {
	is, known := s.readEngines().Known[mark]
	if !known {
		return nil
	}
	return &engine.Info{ID: is.ID, Name: is.Name, RootDir: is.RootDir}
}

// Remember implements engine.Memory. Podman makes up an ID for each request,
// so it isn't remembered.
func (s *Store) Remember(mark string, who *engine.Info) {
	if who.Podman {
		return
	}
	e := s.readEngines()
	e.Known[mark] = identity{ID: who.ID, Name: who.Name, RootDir: who.RootDir}
	if data, err := json.Marshal(e); err == nil {
		_ = writeFile(s.dirs.engines(), data) // else it is asked again
	}
}
