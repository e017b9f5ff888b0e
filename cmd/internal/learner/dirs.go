package learner

import "path/filepath"

// Dirs says where a learner's things are kept; both are absolute.
type Dirs struct {
	State      string // journal, progress, baselines, locks
	Workspaces string // a folder per lesson
}

// DirsFrom gives the usual places: the state directory of the XDG base
// directory specification ($XDG_STATE_HOME/naru, or ~/.local/state/naru), and
// $NARU_WORKSPACE or ~/naru for the workspaces. A relative XDG_STATE_HOME is
// passed over, as that specification asks.
func DirsFrom(getenv func(string) string, home string) Dirs {
	state := getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(state) {
		state = filepath.Join(home, ".local", "state")
	}
	workspaces := getenv("NARU_WORKSPACE")
	if workspaces == "" {
		workspaces = filepath.Join(home, "naru")
	} else if abs, err := filepath.Abs(workspaces); err == nil {
		workspaces = abs
	}
	return Dirs{State: filepath.Join(state, "naru"), Workspaces: workspaces}
}

// Workspace is the folder of one lesson.
func (d Dirs) Workspace(lesson string) string { return filepath.Join(d.Workspaces, lesson) }

func (d Dirs) journal() string { return filepath.Join(d.State, "journal.jsonl") }

func (d Dirs) engines() string { return filepath.Join(d.State, "engines.json") }

func (d Dirs) progress(course string) string {
	return filepath.Join(d.State, "progress", course+".json")
}

func (d Dirs) baseline(course, lesson, session, engine string) string {
	return filepath.Join(d.State, "baseline", course, lesson, session+"."+engine+".json")
}

func (d Dirs) lock(course, lesson string) string {
	return filepath.Join(d.State, "locks", course, lesson+".lock")
}
