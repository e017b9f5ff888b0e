package images_test

import (
	"os"
	"strings"
	"testing"

	"github.com/naru-lab/naru/checker/enginetest"
	"github.com/naru-lab/naru/cmd/internal/images"
	"github.com/naru-lab/naru/cmd/internal/images/imagestest"
)

// TestForeignBusybox makes busybox for other architectures, and runs it where
// this machine's kernel hands such programs to qemu.
func TestForeignBusybox(t *testing.T) {
	if official() {
		t.Skip("about stand-ins")
	}
	e := enginetest.Start(t)
	info, err := e.Client(t).Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for platform, machine := range map[string]string{"linux/arm64": "aarch64", "linux/arm/v7": "armv7l"} {
		t.Run(platform, func(t *testing.T) {
			archive, err := images.Make(t.Context(), "busybox:1.37", platform, imagestest.CacheDir(), nil)
			if err != nil {
				t.Fatal(err)
			}
			e.Load(t, archive)
			got := e.Docker(t, "image", "inspect", "-f", "{{.Os}}/{{.Architecture}}{{with .Variant}}/{{.}}{{end}}", "busybox:1.37")
			if strings.TrimSpace(got) != platform {
				t.Errorf("platform %s", got)
			}
			handler := map[string]string{"linux/arm64": "qemu-aarch64", "linux/arm/v7": "qemu-arm"}[platform]
			if _, err := os.Stat("/proc/sys/fs/binfmt_misc/" + handler); err != nil && info.Arch != "arm64" {
				t.Skipf("made and loaded; this machine does not run programs of %s", platform)
			}
			out := e.Docker(t, "run", "--rm", "--platform", platform, "busybox:1.37", "sh", "-c", "uname -m; ls /bin | wc -l; id -un; adduser -D kim; id -u kim")
			if !strings.HasPrefix(out, machine) || !strings.HasSuffix(strings.TrimSpace(out), "root\n1000") {
				t.Errorf("said %q", out)
			}
		})
	}
}
