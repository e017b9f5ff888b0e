package learner_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/naru-lab/naru/cmd/internal/learner"
)

const kills = 60

// killed runs this test binary as a learner's program, kills it at a random
// moment, and gives the numbers that it had reported as done.
func killed(t *testing.T, mode, dir string) (pid int, done []int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+mode, "NARU_TEST_DIR="+dir)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill := time.AfterFunc(time.Hour, func() {})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var n int
		if _, err := fmt.Sscanf(lines.Text(), "done %d", &n); err != nil {
			break // torn by the kill
		}
		if len(done) == 0 { // it works; its time begins
			kill.Stop()
			kill = time.AfterFunc(time.Duration(rand.IntN(20_000))*time.Microsecond, func() { _ = cmd.Process.Kill() })
		}
		done = append(done, n)
	}
	err = cmd.Wait()
	kill.Stop()
	if stderr.Len() > 0 || err == nil {
		t.Fatalf("the child ended by itself: %v: %s", err, stderr.String())
	}
	return cmd.Process.Pid, done
}

func TestKilledWhileAppending(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "state", "journal.jsonl")
	want := map[string]bool{}
	torn := 0
	for range kills {
		pid, done := killed(t, "append", dir)
		for _, n := range done {
			want[fmt.Sprintf("%d/%d", pid, n)] = true
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if data[len(data)-1] != '\n' {
			torn++
		}
		// Make the torn line that a power cut leaves, more often than a kill
		// does: a record that nobody was told of yet.
		if rand.IntN(2) == 0 {
			if err := os.WriteFile(path, append(data, `{"v":1,"lesson":"vol`...), 0o600); err != nil {
				t.Fatal(err)
			}
			torn++
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for id := range want {
		if !bytes.Contains(data, []byte(`"failed":"`+id+`"`)) {
			t.Errorf("record %s was done and is lost", id)
		}
	}
	s, err := learner.Open(dirsIn(dir), "naru")
	if err != nil {
		t.Fatal(err)
	}
	if got := tries(t, s); got < len(want) {
		t.Errorf("%d records can be read, %d were done", got, len(want))
	}
	t.Logf("%d kills, %d records, %d torn lines", kills, len(want), torn)
}

func TestKilledWhileStarting(t *testing.T) {
	dir := t.TempDir()
	s, err := learner.Open(dirsIn(dir), "naru")
	if err != nil {
		t.Fatal(err)
	}
	starts := 0
	for range kills {
		_, done := killed(t, "start", dir)
		starts += len(done)
		checkStarted(t, s, dir)
	}
	t.Logf("%d kills, %d starts", kills, starts)
}

// checkStarted looks whether everything is whole after a kill, and another
// naru can go on.
func checkStarted(t *testing.T, s *learner.Store, dir string) {
	t.Helper()
	for id, l := range progress(t, s).Lessons {
		if b, err := s.Baseline(id, l.Session, l.Engine); err != nil {
			t.Errorf("baseline of %s: %v", id, err)
		} else if b != nil && len(b.Containers) != 100 {
			t.Errorf("baseline of %s has %d containers", id, len(b.Containers))
		}
	}
	begun := time.Now()
	if err := startOnce(s, 0); err != nil {
		t.Fatalf("starting after a kill: %v", err)
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("starting after a kill took %v", took)
	}
	err := filepath.WalkDir(filepath.Join(dir, "naru"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), ".naru-tmp-") {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		size, ok := map[string]int64{".js": 15, ".bin": 200_000, ".sh": 10, ".txt": 5000}[filepath.Ext(path)]
		if !ok || info.Size() != size {
			t.Errorf("%s has %d bytes", path, info.Size())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"naru/lesson0", "state/baseline/naru/lesson0"} {
		if left, _ := filepath.Glob(filepath.Join(dir, folder, ".naru-tmp-*")); len(left) > 0 {
			t.Errorf("left lying: %q", left)
		}
	}
}

func TestTwoProcessesAtOnce(t *testing.T) {
	dir := t.TempDir()
	want := 0
	t.Run("group", func(t *testing.T) {
		counts := make([]int, 3)
		for i := range counts {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				for range 5 {
					_, done := killed(t, "append", dir)
					counts[i] += len(done)
				}
			})
		}
		t.Cleanup(func() {
			for _, n := range counts {
				want += n
			}
		})
	})
	s, err := learner.Open(dirsIn(dir), "naru")
	if err != nil {
		t.Fatal(err)
	}
	if got := tries(t, s); got < want || want == 0 {
		t.Errorf("%d records can be read, %d were done", got, want)
	}
}
