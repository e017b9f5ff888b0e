package engine_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestImageLayers buries a file under a later layer: an image's own view says
// that it is gone, its layers have it.
func TestImageLayers(t *testing.T) {
	e, ctx := shared(t), t.Context()
	c := e.Client(t)
	dir := t.TempDir()
	for name, text := range map[string]string{
		"Dockerfile": "FROM busybox:1.37\nWORKDIR /app\nCOPY . .\nRUN rm secret\nCOPY public again\n",
		"secret":     "s", "public": "p",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, builder := range []string{"0", "1"} {
		ref := "layered:" + builder
		cmd := e.Command(ctx, "docker", "build", "-q", "-t", ref, dir)
		cmd.Env = append(cmd.Env, "DOCKER_BUILDKIT="+builder)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		img, err := c.Image(ctx, ref)
		if err != nil {
			t.Fatal(err)
		}
		copied := len(img.Layers) - 3 // COPY, RUN, COPY
		for _, name := range []string{ref, img.ID} {
			for path, want := range map[string][]int{
				"/app/secret":  {copied},
				"/app/public":  {copied},
				"/app/again":   {copied + 2},
				"/app/secre":   {},
				"/secret":      {},
				"/bin/busybox": {0},
			} {
				got, err := c.ImageLayers(ctx, name, path)
				if err != nil {
					t.Fatalf("%s in %s: %v", path, name, err)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s in %s (-want +got):\n%s", path, name, diff)
				}
			}
		}
		if f, err := c.ReadImage(ctx, ref, "/app/secret", 0); f != nil || err != nil {
			t.Errorf("%s: the image itself shows %v, %v", ref, f, err)
		}
	}
	if got, err := c.ImageLayers(ctx, "layered:none", "/app/secret"); got != nil || err != nil {
		t.Errorf("an image that isn't there: %v, %v", got, err)
	}
}
