package host_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/naru-lab/naru/cmd/internal/host"
)

var update = flag.Bool("update", false, "write what is found as the expected files")

func TestMain(m *testing.M) {
	time.Local = time.UTC // creation times are shown in local time
	os.Exit(m.Run())
}

// golden holds text against a file, or writes the file.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got):\n%s", file, d)
	}
}

func TestDiagnose(t *testing.T) {
	for _, name := range machines(t) {
		t.Run(name, func(t *testing.T) {
			f, m := load(t, name)
			findings := host.Diagnose(t.Context(), m, f.Ask)
			for _, lang := range []string{"ko", "en"} {
				golden(t, filepath.Join("testdata/machines", name, "doctor."+lang+".txt"), showFindings(lang, findings))
			}
			if _, err := json.Marshal(host.Word("ko", findings)); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestLongLog: of a log that grew for months the end tells why.
func TestLongLog(t *testing.T) {
	f, m := load(t, "iptables")
	want := showFindings("en", host.Diagnose(t.Context(), m, f.Ask))
	root := t.TempDir()
	if err := os.CopyFS(root, os.DirFS(m.Root)); err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(root, "var/log/docker.log")
	end, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(log, append(bytes.Repeat([]byte("level=info msg=\"all is well\"\n"), 200_000), end...), 0o600); err != nil {
		t.Fatal(err)
	}
	m.Root = root
	if d := cmp.Diff(want, showFindings("en", host.Diagnose(t.Context(), m, f.Ask))); d != "" {
		t.Errorf("findings (-want +got):\n%s", d)
	}
}

func showFindings(lang string, findings []host.Finding) string {
	var b strings.Builder
	for _, w := range host.Word(lang, findings) {
		fmt.Fprintf(&b, "[%s] %s\n  %s\n", w.Level, w.ID, w.What)
		if w.Level == host.OK {
			continue
		}
		fmt.Fprintf(&b, "  %s\n  %s\n", w.Why, w.Fix)
		for _, c := range w.Commands {
			fmt.Fprintf(&b, "    $ %s\n", c)
		}
	}
	return b.String()
}

func TestPlanSetup(t *testing.T) {
	for _, name := range machines(t) {
		t.Run(name, func(t *testing.T) {
			f, m := load(t, name)
			plan, err := host.PlanSetup(t.Context(), m, f.Options)
			for _, lang := range []string{"ko", "en"} {
				golden(t, filepath.Join("testdata/machines", name, "setup."+lang+".txt"), showPlan(t, lang, plan, err))
			}
		})
	}
}

func showPlan(t *testing.T, lang string, plan *host.Plan, err error) string {
	t.Helper()
	var b strings.Builder
	if err != nil {
		refused, ok := errors.AsType[*host.PlanError](err)
		if !ok {
			t.Fatalf("%v is no PlanError", err)
		}
		fmt.Fprintf(&b, "[refused] %s\n  %s\n  %s\n", refused.ID, refused.Say(lang), refused.Hint(lang))
		for _, c := range refused.Commands {
			fmt.Fprintf(&b, "    %s\n", c)
		}
		return b.String()
	}
	for i, s := range plan.Steps {
		fmt.Fprintf(&b, "%d. %s: %s\n", i+1, s.ID, s.Say(lang))
		for _, a := range s.Commands {
			fmt.Fprintf(&b, "    $ %s\n", a)
		}
		for i, a := range s.Otherwise {
			or := "or"
			if i > 0 {
				or = "  "
			}
			fmt.Fprintf(&b, "   %s $ %s\n", or, a)
		}
	}
	for _, n := range plan.Notes {
		fmt.Fprintf(&b, "- %s: %s\n", n.ID, n.Say(lang))
		for _, c := range n.Commands {
			fmt.Fprintf(&b, "    $ %s\n", c)
		}
	}
	if b.Len() == 0 {
		return "nothing to do\n"
	}
	return b.String()
}

func TestDescribe(t *testing.T) {
	for _, name := range machines(t) {
		t.Run(name, func(t *testing.T) {
			_, m := load(t, name)
			h, err := host.Describe(t.Context(), m)
			if err != nil {
				t.Fatal(err)
			}
			src, err := json.MarshalIndent(h, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join("testdata/machines", name, "host.json"), string(src)+"\n")
		})
	}
}
