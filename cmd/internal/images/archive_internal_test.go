package images

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

// TestArchive: another reader finds the image that was written, whole, and
// another writer writes the same bytes of it.
func TestArchive(t *testing.T) {
	dir := t.TempDir()
	image := &archive{tag: "docker.io/library/two:1", config: v1.ConfigFile{OS: "linux", RootFS: v1.RootFS{Type: "layers"}}}
	image.config.Config.Env = []string{"A=<b>"}
	for _, name := range []string{"lower", "upper"} {
		w, err := newLayer(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		w.text("etc/"+name, 0o644, name)
		l, err := w.close()
		if err != nil {
			t.Fatal(err)
		}
		image.add(l, v1.History{CreatedBy: name})
	}
	ours, theirs := filepath.Join(dir, "ours.tar"), filepath.Join(dir, "theirs.tar")
	if err := image.write(ours); err != nil {
		t.Fatal(err)
	}
	tag, err := name.NewTag(image.tag)
	if err != nil {
		t.Fatal(err)
	}
	read, err := tarball.ImageFromPath(ours, &tag)
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Image(read); err != nil {
		t.Error(err)
	}
	config, err := read.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&image.config, config); diff != "" {
		t.Error(diff)
	}
	if err := tarball.WriteToFile(theirs, tag, read); err != nil {
		t.Fatal(err)
	}
	a, errA := os.ReadFile(ours)
	b, errB := os.ReadFile(theirs)
	if errA != nil || errB != nil || !cmp.Equal(a, b) {
		t.Errorf("%d and %d bytes, %v, %v", len(a), len(b), errA, errB)
	}
}
