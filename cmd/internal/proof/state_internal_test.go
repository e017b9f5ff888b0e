package proof

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/naru-lab/naru/checker/engine"
)

func container(action, id string) engine.Event {
	return engine.Event{Type: "container", Action: action, ID: id}
}

func volume(action, name, by, write string) engine.Event {
	return engine.Event{Type: "volume", Action: action, ID: name, Attributes: map[string]string{"container": by, "read/write": write}}
}

// TestLost holds the events and the changes after which a state can't be gone
// back to against those that leave it as it was.
func TestLost(t *testing.T) {
	dir := t.TempDir()
	mine := filepath.Join(dir, "mine")
	write(t, mine, "a")
	info, err := os.Stat(mine)
	if err != nil {
		t.Fatal(err)
	}
	objects := func() *engine.Snapshot {
		return &engine.Snapshot{
			Containers: []engine.ContainerID{{ID: "w", Name: "web"}},
			Volumes:    []engine.VolumeID{{Name: "notes"}, {Name: "other"}},
			Networks:   []engine.NetworkID{{ID: "n", Name: "front"}},
			Images:     []engine.ImageID{{ID: "i", Tags: []string{"hello:1"}}},
		}
	}
	web := func() box {
		return box{name: "web", state: "running 7", writes: []string{"notes"}, probe: "wget -q localhost", files: map[string]os.FileInfo{mine: info}}
	}
	s := &state{fingerprint: &fingerprint{objects: objects(), boxes: map[string]box{"w": web()}}}
	for name, tt := range map[string]struct {
		events []engine.Event
		change func(*fingerprint)
		lost   string
	}{
		"nothing": {},
		"another container": {
			events: []engine.Event{container("start", "x"), volume("mount", "new", "x", "true")},
			change: func(f *fingerprint) { f.boxes["x"] = box{name: "x"} },
		},
		"only reads": {events: []engine.Event{
			container("top", "w"), container("archive-path", "w"), volume("mount", "notes", "w", "true"), container("exec_start: /bin/sh -c wget -q localhost", "w"),
			container("exec_die", "w"), container("health_status: healthy", "w"), container("pause", "w"), container("commit", "w"), container("unpause", "w"),
			volume("create", "other", "", ""), volume("mount", "other", "x", "false"),
		}},
		"a retagged image": {change: func(f *fingerprint) { f.objects.Images[0].Tags = nil }},
		"a command in it":  {events: []engine.Event{container("exec_start: sh -c rm /x", "w")}, lost: "container web"},
		"a file put in":    {events: []engine.Event{container("extract-to-dir", "w")}, lost: "container web"},
		"another state":    {change: func(f *fingerprint) { f.boxes["w"] = box{name: "web", state: "exited"} }, lost: "container web"},
		"removed":          {change: func(f *fingerprint) { delete(f.boxes, "w") }, lost: "container web"},
		"in a network": {
			events: []engine.Event{{Type: "network", Action: "connect", Attributes: map[string]string{"container": "w"}}}, lost: "container web",
		},
		"a volume written to": {events: []engine.Event{volume("mount", "other", "x", "true")}, lost: "volume other"},
		"a volume made anew":  {events: []engine.Event{volume("destroy", "other", "", "")}, lost: "volume other"},
		"a volume removed":    {change: func(f *fingerprint) { f.objects.Volumes = f.objects.Volumes[:1] }, lost: "volume other"},
		"a network removed":   {change: func(f *fingerprint) { f.objects.Networks = nil }, lost: "network front"},
		"an image removed":    {change: func(f *fingerprint) { f.objects.Images = nil }, lost: "image i"},
	} {
		t.Run(name, func(t *testing.T) {
			now := &fingerprint{objects: objects(), boxes: map[string]box{"w": web()}}
			if tt.change != nil {
				tt.change(now)
			}
			if lost := s.lost(now, tt.events); lost != tt.lost {
				t.Errorf("lost %q, want %q", lost, tt.lost)
			}
		})
	}
	t.Run("a file made anew", func(t *testing.T) {
		write(t, mine+"2", "a")
		if err := os.Rename(mine+"2", mine); err != nil {
			t.Fatal(err)
		}
		if lost := s.lost(s.fingerprint, nil); lost != "file "+mine {
			t.Errorf("lost %q", lost)
		}
	})
}

// TestWritten finds what a check may not do to a container.
func TestWritten(t *testing.T) {
	boxes := map[string]box{"w": {name: "web", probe: "true"}}
	for action, want := range map[string]string{
		"exec_start: sh": "web", "extract-to-dir": "web", "exec_start: true": "", "archive-path": "", "top": "", "die": "",
	} {
		if got := written([]engine.Event{container(action, "w"), container(action, "x")}, boxes); got != want {
			t.Errorf("%s: %q, want %q", action, got, want)
		}
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
