package images_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/naru-lab/naru/checker/enginetest"
	"github.com/naru-lab/naru/cmd/internal/images"
	"github.com/naru-lab/naru/cmd/internal/images/imagestest"
)

// TestPullFromMirror pulls an image of the catalogue with a real engine, from a
// registry in the engine's own network, which the engine takes for its mirror.
func TestPullFromMirror(t *testing.T) {
	if archive := os.Getenv("NARU_TEST_SERVE"); archive != "" {
		serve(t, archive)
		return
	}
	e := enginetest.Start(t, enginetest.WithArgs("--registry-mirror", "http://127.0.0.1:5000"))
	server := e.Command(t.Context(), os.Args[0], "-test.run=^TestPullFromMirror$")
	server.Env = append(os.Environ(), "NARU_TEST_SERVE="+imagestest.Archives(t, "busybox:1.37")[0])
	out, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Process.Kill(); _ = server.Wait() })
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "serving\n" {
		t.Fatalf("the registry said %q, %v", line, err)
	}
	var last images.Event
	result, err := images.Ensure(t.Context(), e.Client(t), []string{"busybox:1.37"}, images.Options{
		CacheDir: t.TempDir(),
		Progress: func(ev images.Event) {
			if ev.Kind == images.Layer {
				last = ev
			}
		},
	})
	if err != nil || result[0].From != images.FromRegistry {
		t.Fatalf("%+v, %v", result, err)
	}
	if last.Current > last.Total || last.Kind != "" && last.Total == 0 { // a small image may come without a word
		t.Errorf("the last word of progress: %d of %d bytes", last.Current, last.Total)
	}
	if got := e.Docker(t, "run", "--rm", "busybox:1.37", "echo", "hi"); got != "hi" {
		t.Errorf("said %q", got)
	}
}

// serve is a registry with one image, until it is killed.
func serve(t *testing.T, archive string) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:5000")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: registry.New(), ReadHeaderTimeout: time.Minute}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	img, err := tarball.ImageFromPath(archive, nil)
	if err != nil {
		t.Fatal(err)
	}
	tag, err := name.NewTag("127.0.0.1:5000/library/busybox:1.37")
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Write(tag, img); err != nil {
		t.Fatal(err)
	}
	fmt.Println("serving")
	t.Fatal(<-done)
}
