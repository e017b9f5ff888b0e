package engine

import (
	"os/exec"
	"strings"
	"testing"
)

func TestOrphaned(t *testing.T) {
	self, ok := thisProcess()
	if !ok {
		t.Fatal("this process is not known")
	}
	if back, ok := parseOwner(self.String()); !ok || back != self {
		t.Errorf("%+v comes back as %+v", self, back)
	}
	cmd := exec.CommandContext(t.Context(), "sleep", "100")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	child := self
	child.pid = cmd.Process.Pid
	var err error
	if child.began, _, err = procStat(child.pid); err != nil {
		t.Fatal(err)
	}
	repeated, elsewhere := self, child
	repeated.began = "1"
	elsewhere.where = strings.Replace(child.where, "-", "0", 1)
	check := func(when string, want map[string]bool) {
		t.Helper()
		for label, orphan := range want {
			if orphaned(label) != orphan {
				t.Errorf("%s: orphaned(%q) = %t", when, label, !orphan)
			}
		}
	}
	check("while it runs", map[string]bool{
		self.String(): false, child.String(): false, elsewhere.String(): false, repeated.String(): true,
		"": false, "1": false, "a b c d e": false,
	})
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed
	check("when it has ended", map[string]bool{child.String(): true, elsewhere.String(): false})
}
