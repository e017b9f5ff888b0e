package learner_test

import (
	"net"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/cmd/internal/learner"
	"github.com/naru-lab/naru/lessons"
)

func TestFill(t *testing.T) {
	port := lessons.Param{Name: "port", Type: "port", Default: "8080"}
	second := lessons.Param{Name: "second", Type: "port", Default: "8080"}
	node := lessons.Param{
		Name: "node", Type: "image", Default: "node:24-alpine",
		Platforms: map[string]string{"linux/arm/v7": "node:22-alpine"},
	}
	taken := func(ports ...int) func(int) bool {
		return func(p int) bool {
			for _, q := range ports {
				if p == q {
					return true
				}
			}
			return false
		}
	}
	type values = map[string]string
	for name, tt := range map[string]struct {
		params   []lessons.Param
		v        learner.Values
		want     values
		replaced []learner.Replaced
		wantErr  bool
	}{
		"none":    {nil, learner.Values{}, values{}, nil, false},
		"default": {[]lessons.Param{port, node}, learner.Values{Taken: taken()}, values{"port": "8080", "node": "node:24-alpine"}, nil, false},
		"taken": {
			[]lessons.Param{port},
			learner.Values{Taken: taken(8080, 8081, 8083)},
			values{"port": "8082"},
			[]learner.Replaced{{Name: "port", Want: "8080", Got: "8082"}},
			false,
		},
		"not asked whether taken": {[]lessons.Param{port}, learner.Values{}, values{"port": "8080"}, nil, false},
		"two that want the same": {
			[]lessons.Param{port, second},
			learner.Values{Taken: taken(8081)},
			values{"port": "8080", "second": "8082"},
			[]learner.Replaced{{Name: "second", Want: "8080", Got: "8082"}},
			false,
		},
		"kept though taken": {[]lessons.Param{port}, learner.Values{Kept: values{"port": "8090"}, Taken: taken(8080, 8090)}, values{"port": "8090"}, nil, false},
		"kept takes the place of another's default": {
			[]lessons.Param{port, second},
			learner.Values{Kept: values{"second": "8080"}, Taken: taken()},
			values{"port": "8081", "second": "8080"},
			[]learner.Replaced{{Name: "port", Want: "8080", Got: "8081"}},
			false,
		},
		"kept of a parameter that is no more": {[]lessons.Param{port}, learner.Values{Kept: values{"old": "1"}}, values{"port": "8080"}, nil, false},
		"kept of another type":                {[]lessons.Param{port}, learner.Values{Kept: values{"port": "http"}}, values{"port": "8080"}, nil, false},
		"given": {
			[]lessons.Param{port, node},
			learner.Values{Given: values{"port": "9000", "node": "node:22"}, Taken: taken(9000)},
			values{"port": "9001", "node": "node:22"},
			[]learner.Replaced{{Name: "port", Want: "9000", Got: "9001"}},
			false,
		},
		"kept goes before given": {[]lessons.Param{node}, learner.Values{Kept: values{"node": "a"}, Given: values{"node": "b"}}, values{"node": "a"}, nil, false},
		"platform":               {[]lessons.Param{node}, learner.Values{Platform: "linux/arm/v7"}, values{"node": "node:22-alpine"}, nil, false},
		"other platform":         {[]lessons.Param{node}, learner.Values{Platform: "linux/arm64"}, values{"node": "node:24-alpine"}, nil, false},
		"past the last port": {
			[]lessons.Param{{Name: "p", Type: "port", Default: "65535"}},
			learner.Values{Taken: taken(65535)},
			values{"p": "1024"},
			[]learner.Replaced{{Name: "p", Want: "65535", Got: "1024"}},
			false,
		},
		"none free":  {[]lessons.Param{port}, learner.Values{Taken: func(int) bool { return true }}, nil, nil, true},
		"not a port": {[]lessons.Param{port}, learner.Values{Given: values{"port": "http"}}, nil, nil, true},
		"zero":       {[]lessons.Param{port}, learner.Values{Given: values{"port": "0"}}, nil, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			got, replaced, err := learner.Fill(tt.params, tt.v)
			if (err != nil) != tt.wantErr {
				t.Fatalf("error %v", err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("values (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.replaced, replaced); diff != "" {
				t.Errorf("replaced (-want +got):\n%s", diff)
			}
		})
	}
}

func TestListening(t *testing.T) {
	for _, address := range []string{"127.0.0.1:0", "0.0.0.0:0", "[::1]:0", "127.0.0.5:0"} {
		var lc net.ListenConfig
		l, err := lc.Listen(t.Context(), "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		port := l.Addr().(*net.TCPAddr).Port
		if !learner.Listening(port) {
			t.Errorf("%s: not seen", l.Addr())
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		if learner.Listening(port) {
			t.Errorf("%s: still seen", l.Addr())
		}
	}
}

func TestPublished(t *testing.T) {
	got := learner.Published([]engine.Summary{
		{Ports: []engine.Port{{HostPort: 8080, Protocol: "tcp"}, {HostPort: 53, Protocol: "udp"}, {ContainerPort: 80, Protocol: "tcp"}}},
		{Ports: []engine.Port{{HostPort: 9000}}},
	})
	if diff := cmp.Diff(map[int]bool{8080: true, 9000: true}, got); diff != "" {
		t.Errorf("published (-want +got):\n%s", diff)
	}
}

func TestPlatform(t *testing.T) {
	for _, tt := range [][4]string{
		{"linux", "amd64", "", "linux/amd64"},
		{"linux", "arm64", "v8", "linux/arm64"},
		{"linux", "arm", "v7", "linux/arm/v7"},
		{"linux", "arm", "", "linux/arm/v7"},
		{"linux", "arm", "v6", "linux/arm/v6"},
	} {
		if got := learner.Platform(tt[0], tt[1], tt[2]); got != tt[3] {
			t.Errorf("Platform(%q) = %q", tt[:3], got)
		}
	}
}
