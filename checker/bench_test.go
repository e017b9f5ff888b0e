package checker

import (
	"fmt"
	"testing"

	"github.com/naru-lab/naru/checker/engine"
)

// a step as lessons have it.
const step = `
- volume: notes
- container: writer
  image: busybox:1.37
  state: exited 0
  volumes: ["notes:/data"]
- container: web
  image: nginx:1.28-alpine
  state: running
  ports: ["8080:80"]
  environment: {MODE: dev}
- image: hello:1.0
  config: {user: node, working_dir: /app}
`

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		if _, issues := Parse([]byte(step)); len(issues) > 0 {
			b.Fatal(issues)
		}
	}
}

// BenchmarkCompare holds one step against an engine with few objects and with
// many: once all is as asked, once a name is mistyped and the nearest is looked
// for among all.
func BenchmarkCompare(b *testing.B) {
	checks, issues := Parse([]byte(step))
	if len(issues) > 0 {
		b.Fatal(issues)
	}
	for _, n := range []int{10, 1000} {
		passing := benchState(n)
		b.Run(fmt.Sprintf("passing/%d", n), func(b *testing.B) {
			for b.Loop() {
				if !Compare(checks, passing).Passed() {
					b.Fatal("it must pass")
				}
			}
		})
		failing := benchState(n)
		failing.Containers["writer"] = nil
		b.Run(fmt.Sprintf("nearest/%d", n), func(b *testing.B) {
			for b.Loop() {
				if rep := Compare(checks, failing); rep.First() == nil || rep.First().Findings[0].Near.IsZero() {
					b.Fatal("the nearest must be found")
				}
			}
		})
	}
}

func BenchmarkSay(b *testing.B) {
	f := Finding{
		Subject: Subject{"container", "web"}, Field: "container.ports", Reason: Different, Want: "8080:80", Got: "8081:80",
		Detail: "other-host-port", Near: Near{Subject: Subject{"container", "api"}, Why: nearHoldsPort},
	}
	for b.Loop() {
		f.Say("ko")
	}
}

func benchState(n int) *State {
	st := &State{
		Containers: map[string]*engine.Container{
			"writer": {
				ID: "1", Name: "writer", Image: "busybox:1.37", ImageID: "b", Status: "exited",
				Mounts: []engine.Mount{{Type: "volume", Name: "notes", Destination: "/data"}},
			},
			"web": {
				ID: "2", Name: "web", Image: "nginx:1.28-alpine", ImageID: "n", Status: "running",
				Ports: []engine.Port{{HostIP: "0.0.0.0", HostPort: 8080, ContainerPort: 80, Protocol: "tcp"}}, Environment: map[string]string{"MODE": "dev"},
			},
		},
		Images: map[string]*engine.Image{
			"busybox:1.37":      {ID: "b", Tags: []string{"busybox:1.37"}},
			"nginx:1.28-alpine": {ID: "n", Tags: []string{"nginx:1.28-alpine"}},
			"hello:1.0":         {ID: "h", Tags: []string{"hello:1.0"}, User: "node", WorkingDir: "/app"},
		},
		Volumes:  map[string]*engine.Volume{"notes": {Name: "notes"}, "writer": nil},
		Networks: map[string]*engine.Network{"writer": nil},
		Events:   []engine.Event{},
	}
	st.ContainerList = []engine.Summary{{ID: "9", Name: "wrtier"}}
	for i := range n {
		st.ContainerList = append(st.ContainerList, engine.Summary{ID: fmt.Sprint("x", i), Name: fmt.Sprintf("other-container-%d", i), Image: "alpine"})
	}
	return st
}
