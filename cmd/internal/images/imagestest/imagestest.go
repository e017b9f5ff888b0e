// Package imagestest gives tests the course's images, made from the packages
// of the machine's distribution.
package imagestest

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/naru-lab/naru/cmd/internal/images"
)

// CacheDir is the folder of made images that all tests of a machine share, so
// that each image is made once. NARU_TEST_IMAGES names another.
func CacheDir() string {
	if dir := os.Getenv("NARU_TEST_IMAGES"); dir != "" {
		return dir
	}
	return filepath.Join(os.TempDir(), fmt.Sprintf("naru-test-images-%d", os.Getuid()))
}

// Archives returns the docker-archives of images of the catalogue, for this
// machine's platform, to be given to enginetest's Load. The test fails when
// one can't be made.
func Archives(t testing.TB, refs ...string) []string {
	t.Helper()
	files := make([]string, 0, len(refs))
	for _, ref := range refs {
		file, err := images.Make(t.Context(), ref, "", CacheDir(), nil)
		if err != nil {
			t.Fatalf("imagestest: %v (packages are needed: run `sudo apt-get update`)", err)
		}
		files = append(files, file)
	}
	return files
}
