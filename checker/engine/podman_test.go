package engine_test

import (
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/naru-lab/naru/checker/engine"
)

// podman serves what Podman 4.3.1 was seen to answer.
func podman(t *testing.T, answers map[string]string) *engine.Client {
	t.Helper()
	path := filepath.Join(t.TempDir(), "podman.sock")
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", path)
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Libpod-Api-Version", "4.3.1")
		w.Header().Set("Api-Version", "1.41")
		switch answer, ok := answers[r.URL.Path]; {
		case r.URL.Path == "/_ping":
		case !ok:
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprintf(w, `{"message": "no %s"}`, r.URL.Path)
		case r.URL.Path == "/v1.41/events" && r.URL.Query().Has("until"):
			// It was read until then, and then is past.
		default:
			fmt.Fprint(w, answer)
			w.(http.Flusher).Flush()
			if r.URL.Path == "/v1.41/events" {
				<-r.Context().Done()
			}
		}
	})}
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close() })
	c, err := engine.Connect(t.Context(), engine.Endpoint{Host: "unix://" + path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// Podman tells the names of the networks that a container is on, and no IDs;
// its default network is called "bridge" where networks are listed, and
// "podman" here.
func TestPodmanNetworks(t *testing.T) {
	c := podman(t, map[string]string{"/v1.41/containers/web/json": `{
		"Id": "c0a4cdd0ec2ca00c01efee5631eec3fb7171ff123e84a755a485d28a48514997", "Name": "/web",
		"Created": "2026-11-24T00:21:30Z", "State": {"Status": "exited"}, "HostConfig": {"NetworkMode": "bridge"},
		"Config": {"Image": "docker.io/library/nginx:1.28-alpine", "Hostname": "c0a4cdd0ec2c"},
		"NetworkSettings": {"Networks": {
			"front": {"NetworkID": "front", "Aliases": ["db", "c0a4cdd0ec2c"], "IPAddress": "10.89.0.2"},
			"podman": {"NetworkID": "podman", "Aliases": ["c0a4cdd0ec2c"], "IPAddress": "10.88.0.11"}}}}`})
	got, err := c.Container(t.Context(), "web")
	if err != nil {
		t.Fatal(err)
	}
	want := []engine.Attachment{
		{Network: "front", IP: "10.89.0.2", Aliases: []string{"db"}, Names: []string{"c0a4cdd0ec2c", "db", "web"}},
		{Network: "bridge", IP: "10.88.0.11"},
	}
	if diff := cmp.Diff(want, got.Networks); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPodmanEvents(t *testing.T) {
	now := time.Now()
	c := podman(t, map[string]string{"/v1.41/events": fmt.Sprintf(`{"Type": "container", "Action": "died", "time": %d,
		"Actor": {"ID": "c0a4", "Attributes": {"containerExitCode": "3", "name": "job"}}}`, now.Unix()-10)})
	got, err := c.Events(t.Context(), now.Add(-time.Minute), now)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || got[0].Action != "died" || got[0].Attributes["containerExitCode"] != "3" {
		t.Errorf("%+v", got)
	}
}
