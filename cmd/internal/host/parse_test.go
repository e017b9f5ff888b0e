package host

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestParseCmdline(t *testing.T) {
	tests := map[string]memoryCgroup{
		"":                       cgroupUnsaid,
		"root=PARTUUID=1 quiet":  cgroupUnsaid,
		"cgroup_disable=memory":  cgroupOff,
		"cgroup_enable=memory\n": cgroupOn,
		"cgroup_disable=memory console=tty1 cgroup_enable=memory": cgroupOn, // as on a Raspberry Pi
		"cgroup_enable=memory cgroup_disable=memory":              cgroupOff,
		"cgroup_enable=cpuset,memory":                             cgroupOn,
		"cgroup_enable=memory_recursive":                          cgroupUnsaid,
		"cgroup_memory=1":                                         cgroupUnsaid, // no longer heeded, raspberrypi/linux 6980
	}
	for cmdline, want := range tests {
		if got := parseCmdline(cmdline); got != want {
			t.Errorf("%q: got %d, want %d", cmdline, got, want)
		}
	}
}

func TestParseSources(t *testing.T) {
	const key = "/usr/share/keyrings/debian-archive-keyring.gpg"
	tests := []struct {
		src  string
		want []source
	}{
		{
			"deb http://deb.debian.example/debian bookworm main contrib # mirror",
			[]source{{"http://deb.debian.example/debian", "bookworm", []string{"main", "contrib"}, ""}},
		},
		{
			"# off\ndeb-src http://x y main\ndeb [ arch=armhf signed-by=" + key + " ] http://x y main",
			[]source{{"http://x", "y", []string{"main"}, key}},
		},
		{"deb [unclosed http://x y main", nil},
		{
			"Types: deb deb-src\nURIs: http://x http://y\nSuites: a b\nComponents: main\nSigned-By: " + key + "\n",
			[]source{
				{"http://x", "a", []string{"main"}, key},
				{"http://x", "b", []string{"main"}, key},
				{"http://y", "a", []string{"main"}, key},
				{"http://y", "b", []string{"main"}, key},
			},
		},
		{"Types: deb\nEnabled: no\nURIs: http://x\nSuites: a\nComponents: main\n", nil},
		{
			"Types: deb\nURIs: http://x\nSuites: a\nComponents: main\nSigned-By:\n -----BEGIN PGP\n .\n x\n",
			[]source{{"http://x", "a", []string{"main"}, ""}},
		},
	}
	for _, tt := range tests {
		if d := cmp.Diff(tt.want, parseSources(tt.src), cmpopts.EquateEmpty()); d != "" {
			t.Errorf("%q (-want +got):\n%s", tt.src, d)
		}
	}
}

func TestParseListeners(t *testing.T) {
	src := "  sl  local_address …\n" +
		"   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0 100 0 0 10 0\n" +
		"   1: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12 1 0 100 0 0 10 0\n" +
		"   2: 0100007F:1F91 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 4712 1 0 100 0 0 10 0\n"
	want := []listener{
		{netip.MustParseAddr("127.0.0.1"), 8080, 1000, "4711"},
		{netip.MustParseAddr("::"), 80, 0, "12"},
	}
	if d := cmp.Diff(want, parseListeners(src), cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); d != "" {
		t.Error(d)
	}
}

func TestSize(t *testing.T) {
	for n, want := range map[int64]string{0: "0B", 1023: "1023B", 1 << 30: "1GiB", 3 << 29: "1.5GiB", 900_000_000: "858MiB", 10 << 20: "10MiB", 1<<30 - 1: "1024MiB"} {
		if got := size(n); got != want {
			t.Errorf("size(%d) = %s, want %s", n, got, want)
		}
	}
}

// seed gives a fuzz target the files of all fake machines.
func seed(f *testing.F, paths ...string) {
	f.Helper()
	for _, p := range paths {
		files, err := filepath.Glob("testdata/machines/*/root/" + p)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			src, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(src))
		}
	}
}

func FuzzRelease(f *testing.F) {
	seed(f, "etc/os-release")
	f.Fuzz(func(t *testing.T, s string) {
		r := parseRelease(s)
		if recipe, ok := cookbook(r); ok && (recipe.family == "" || len(recipe.engine) == 0) {
			t.Errorf("%+v has an empty recipe", r)
		}
	})
}

func FuzzListeners(f *testing.F) {
	seed(f, "proc/net/tcp", "proc/net/route")
	f.Fuzz(func(t *testing.T, s string) {
		for _, l := range parseListeners(s) {
			if l.Port < 0 || l.Port > 65535 || !l.Addr.IsValid() || l.UID < 0 {
				t.Errorf("%+v", l)
			}
		}
		for _, r := range parseRoutes(s) {
			if !r.Net.IsValid() || r.Net.Bits() == 0 {
				t.Errorf("%+v", r)
			}
		}
	})
}

func FuzzCmdline(f *testing.F) {
	seed(f, "boot/firmware/cmdline.txt", "proc/cmdline")
	f.Fuzz(func(t *testing.T, s string) {
		if got := parseCmdline(s + " cgroup_enable=memory"); got != cgroupOn {
			t.Errorf("the last word doesn't win: %d", got)
		}
	})
}

func FuzzGroups(f *testing.F) {
	seed(f, "etc/group")
	f.Fuzz(func(t *testing.T, s string) {
		for _, g := range parseGroups(s) {
			if g.Name == "" || g.GID < 0 {
				t.Errorf("%+v", g)
			}
		}
	})
}

func FuzzSources(f *testing.F) {
	seed(f, "etc/apt/sources.list", "etc/apt/sources.list.d/*")
	f.Fuzz(func(t *testing.T, s string) {
		for _, src := range parseSources(s) {
			if src.URI == "" || src.Suite == "" {
				t.Errorf("%+v", src)
			}
		}
	})
}

func FuzzMounts(f *testing.F) {
	seed(f, "proc/mounts", "proc/meminfo")
	f.Fuzz(func(t *testing.T, s string) {
		parseMounts(s)
		if memTotal(s) < 0 {
			t.Error("negative memory")
		}
	})
}
