package enginetest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/naru-lab/naru/checker/enginetest"
)

func TestMain(m *testing.M) { os.Exit(enginetest.Run(m)) }

// An engine leaves nothing behind, however often it is started.
func TestStartLeavesNothing(t *testing.T) {
	before := traces(t)
	for range 3 {
		t.Run("engine", func(t *testing.T) {
			began := time.Now()
			e := enginetest.Start(t)
			t.Logf("answers after %v", time.Since(began).Round(time.Millisecond))
			e.Build(t, enginetest.Busybox(t, "busybox:1.37"))
			e.Docker(t, "run", "-d", "-p", "8080:80", "busybox:1.37", "sleep", "1000")
		})
	}
	if after := traces(t); after != before {
		t.Errorf("left behind:\n%s\nbefore:\n%s", after, before)
	}
}

// traces is what engines could leave: folders, mounts, control groups.
func traces(t *testing.T) string {
	t.Helper()
	out := ""
	for _, pattern := range []string{filepath.Join(os.TempDir(), "naru-engine-*"), "/sys/fs/cgroup/*/naru-engine-*", "/run/netns/*"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			out += f + "\n"
		}
	}
	mounts, err := exec.CommandContext(t.Context(), "grep", "-c", "naru-engine", "/proc/self/mounts").Output()
	if err != nil && len(mounts) == 0 {
		t.Fatal(err)
	}
	return out + string(mounts)
}
