package engine_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	dockercontainer "github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/checker/enginetest"
)

// want compares the parts of a file that a table gives.
type want struct {
	kind, content, target string
	entries               []string
	truncated             bool
}

func check(t *testing.T, what string, f *engine.File, err error, w *want) {
	t.Helper()
	switch {
	case err != nil:
		t.Errorf("%s: %v", what, err)
	case f == nil || w == nil:
		if (f == nil) != (w == nil) {
			t.Errorf("%s: got %+v, want %+v", what, f, w)
		}
	default:
		got := want{kind: f.Type, content: string(f.Content), target: f.Target, entries: f.Entries, truncated: f.Truncated}
		if diff := cmp.Diff(*w, got, cmp.AllowUnexported(want{}), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
}

const making = `mkdir -p /d/sub/deep /d/empty; echo hello > /d/file; echo 안녕 > "/d/한글 파일.txt"; ln -s file /d/link; ln -s /d/link /d/link2
ln -s sub /d/dirlink; echo deep > /d/sub/deep/f; ln -s /nowhere /d/dangling; ln -s loop /d/loop; ln -s ../../.. /d/sub/up; mkfifo /d/pipe
ln -s /etc/passwd /d/out; ln -s /etc /d/outdir; head -c 100000 /dev/zero > /d/big; chmod 750 /d/file; chown 7:8 /d/file; ln /d/file /d/hard`

func TestReadContainer(t *testing.T) {
	e, ctx := shared(t), t.Context()
	c := e.Client(t)
	e.Docker(t, "run", "--name", "reading", "busybox:1.37", "sh", "-ec", making)
	e.Docker(t, "run", "-d", "--name", "reading-runs", "busybox:1.37", "sh", "-ec", making+"; sleep 1000")
	eventually(t, "the files", func() bool {
		f, err := c.ReadContainer(ctx, "reading-runs", "/d/hard", 0)
		return err != nil || f != nil
	})
	top := []string{"big", "dangling", "dirlink", "empty", "file", "hard", "link", "link2", "loop", "out", "outdir", "pipe", "sub", "한글 파일.txt"}
	for _, name := range []string{"reading", "reading-runs"} {
		for path, w := range map[string]*want{
			"/d/file":           {kind: "file", content: "hello\n"},
			"/d/hard":           {kind: "file", content: "hello\n"},
			"d/file":            {kind: "file", content: "hello\n"},
			"/d/../d/./file":    {kind: "file", content: "hello\n"},
			"/d/한글 파일.txt":      {kind: "file", content: "안녕\n"},
			"/d/link":           {kind: "file", content: "hello\n", target: "file"},
			"/d/link2":          {kind: "file", content: "hello\n", target: "/d/link"},
			"/d/dirlink":        {kind: "directory", entries: []string{"deep", "up"}, target: "sub"},
			"/d/dirlink/deep/f": {kind: "file", content: "deep\n"},
			"/d/sub/up/d/file":  {kind: "file", content: "hello\n"},
			"/d/out":            {kind: "file", content: "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n", target: "/etc/passwd"},
			"/d/dangling":       {kind: "symlink", target: "/nowhere"},
			"/d/pipe":           {kind: "other"},
			"/d/empty":          {kind: "directory"},
			"/d/empty/":         {kind: "directory"},
			"/d":                {kind: "directory", entries: top},
			"/d/big":            {kind: "file", content: strings.Repeat("\x00", 1000), truncated: true},
			"/d/none":           nil,
			"/none/none":        nil,
			"/d/file/none":      nil,
		} {
			f, err := c.ReadContainer(ctx, name, path, 1000)
			check(t, name+":"+path, f, err, w)
		}
	}
	f, err := c.ReadContainer(ctx, "reading", "/d/file", 0)
	if err != nil || f.Mode != 0o750 || f.UID != 7 || f.GID != 8 || f.Size != 6 || f.Path != "/d/file" || f.Modified.IsZero() {
		t.Errorf("%+v, %v", f, err)
	}
	if f, err = c.ReadContainer(ctx, "reading", "/", 0); err != nil || !slices.Contains(f.Entries, "d") || !slices.Contains(f.Entries, "bin") || slices.Contains(f.Entries, "file") {
		t.Errorf("/: %+v, %v", f, err)
	}
	if f, err = c.ReadContainer(ctx, "reading", "/d/loop", 0); err != nil || f != nil && f.Type != "symlink" {
		t.Errorf("a link to itself: %+v, %v", f, err)
	}
	if f, err = c.ReadContainer(ctx, "readin", "/d/file", 0); f != nil || err != nil {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestReadVolume(t *testing.T) {
	e, ctx := shared(t), t.Context()
	c := e.Client(t)
	e.Docker(t, "volume", "create", "vol")
	e.Docker(t, "run", "--rm", "-v", "vol:/d", "busybox:1.37", "sh", "-ec", making)
	cases := map[string]*want{
		"/d/file":           {kind: "file", content: "hello\n"}, // as a container saw it
		"/file":             {kind: "file", content: "hello\n"}, // from the volume's root
		"/sub/deep/f":       {kind: "file", content: "deep\n"},
		"/d/sub/deep/f":     {kind: "file", content: "deep\n"},
		"/d/dirlink/deep/f": {kind: "file", content: "deep\n"},
		"/d/link":           {kind: "file", content: "hello\n", target: "file"},
		"/d/link2":          {kind: "file", content: "hello\n", target: "/d/link"},
		"/d/한글 파일.txt":      {kind: "file", content: "안녕\n"},
		"/d/dirlink":        {kind: "directory", entries: []string{"deep", "up"}, target: "sub"},
		"/d/out":            {kind: "symlink", target: "/etc/passwd"}, // that says nothing of the volume
		"/d/outdir/passwd":  nil,
		"/d/sub/up/bin/sh":  nil,
		"/d/none":           nil,
		"/none":             nil,
		"/etc/passwd":       nil,
		"/bin/sh":           nil,
	}
	look := func(t *testing.T, e *enginetest.Engine) {
		t.Helper()
		for path, w := range cases {
			f, err := c.ReadVolume(ctx, "vol", path, 0)
			check(t, path, f, err, w)
			if f != nil && f.Path != path {
				t.Errorf("path is %q, asked was %q", f.Path, path)
			}
		}
		noProbes(t, e)
	}
	t.Run("unmounted", func(t *testing.T) {
		look(t, e)
		f, err := c.ReadVolume(ctx, "vol", "/", 0)
		if err != nil || f == nil || !slices.Contains(f.Entries, "file") || slices.Contains(f.Entries, "bin") {
			t.Errorf("/: %+v, %v", f, err)
		}
	})
	t.Run("created", func(t *testing.T) {
		e.Docker(t, "create", "--name", "vol-created", "-v", "vol:/d", "busybox:1.37")
		delete(cases, "/file") // now that a container tells where it is mounted …
		delete(cases, "/sub/deep/f")
		look(t, e)
		if f, err := c.ReadVolume(ctx, "vol", "/file", 0); err != nil || f == nil { // … its root still is one
			t.Errorf("%+v, %v", f, err)
		}
	})
	t.Run("running", func(t *testing.T) {
		e.Docker(t, "rm", "vol-created")
		e.Docker(t, "run", "-d", "--name", "vol-running", "-v", "vol:/d:ro", "busybox:1.37", "sleep", "1000")
		look(t, e)
	})
	t.Run("exited, shadowed", func(t *testing.T) {
		e.Docker(t, "rm", "-f", "vol-running")
		e.Docker(t, "volume", "create", "vol-shade")
		e.Docker(t, "run", "--name", "vol-exited", "-v", "vol:/d", "-v", "vol-shade:/d/sub", "busybox:1.37", "sh", "-c", "mkdir /d/sub/deep; echo shade > /d/sub/deep/f; rm -f /d/sub/up")
		look(t, e)
		f, err := c.ReadVolume(ctx, "vol-shade", "/d/sub/deep/f", 0)
		check(t, "shade", f, err, &want{kind: "file", content: "shade\n"})
	})
	t.Run("absent", func(t *testing.T) {
		if f, err := c.ReadVolume(ctx, "no-volume", "/d/file", 0); f != nil || err != nil {
			t.Errorf("%+v, %v", f, err)
		}
		if v, err := c.Volume(ctx, "no-volume"); v != nil || err != nil {
			t.Errorf("it was made: %+v, %v", v, err)
		}
	})
}

func noProbes(t *testing.T, e *enginetest.Engine) {
	t.Helper()
	if left := e.Docker(t, "ps", "-aq", "--filter", "label=io.naru.probe"); left != "" {
		t.Errorf("probes left: %s", left)
	}
}

// Reading changes nothing: not the lists of objects, not an empty volume.
func TestReadingChangesNothing(t *testing.T) {
	e, ctx := enginetest.Start(t), t.Context()
	c := e.Client(t)
	img := enginetest.Busybox(t, "busybox:1.37")
	img.Layers = append(img.Layers, enginetest.Layer{"data/from-image": {Content: "x"}})
	img.Config.Volumes = map[string]struct{}{"/data": {}, "/other": {}}
	e.Build(t, img)
	e.Docker(t, "volume", "create", "empty")
	before := snapshot(t, c)
	if before.Volumes[0].Name != "empty" || len(before.Images) != 1 || len(before.Networks) != 3 || len(before.Containers) != 0 {
		t.Errorf("%+v", before)
	}
	f, err := c.ReadVolume(ctx, "empty", "/data/from-image", 0)
	check(t, "the image's file in the empty volume", f, err, nil)
	f, err = c.ReadVolume(ctx, "empty", "/", 0)
	check(t, "the empty volume", f, err, &want{kind: "directory"})
	f, err = c.ReadImage(ctx, "busybox:1.37", "/data/from-image", 0)
	check(t, "a file below an image's VOLUME", f, err, &want{kind: "file", content: "x"})
	f, err = c.ReadImage(ctx, "busybox:1.37", "/bin/none", 0)
	check(t, "no such file", f, err, nil)
	f, err = c.ReadImage(ctx, "busybox:none", "/bin/sh", 0)
	check(t, "no such image", f, err, nil)
	if diff := cmp.Diff(before, snapshot(t, c), cmpopts.IgnoreFields(engine.Snapshot{}, "Taken")); diff != "" {
		t.Errorf("reading changed the engine (-before +after):\n%s", diff)
	}
	noProbes(t, e)
}

func snapshot(t *testing.T, c *engine.Client) *engine.Snapshot {
	t.Helper()
	s, err := c.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestReadVolumeWithoutAnyImage(t *testing.T) {
	e := enginetest.Start(t)
	c := e.Client(t)
	e.Docker(t, "volume", "create", "vv")
	if f, err := c.ReadVolume(t.Context(), "vv", "/x", 0); f != nil || engine.KindOf(err) != engine.NoImage {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestReadsShareAProbe(t *testing.T) {
	e, ctx := shared(t), t.Context()
	c := e.Client(t)
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			f, err := c.ReadImage(ctx, "busybox:1.37", "/etc/passwd", 0)
			if err != nil || f == nil || len(f.Content) == 0 {
				t.Errorf("%d: %+v, %v", i, f, err)
			}
		})
	}
	all.Wait()
	noProbes(t, e)
}

// A probe is removed even when the caller gives up, whenever that is.
func TestProbesGoOnCancel(t *testing.T) {
	e := shared(t)
	c := e.Client(t)
	for i := range 12 {
		ctx, cancel := context.WithCancel(t.Context())
		started := make(chan struct{})
		done := make(chan error)
		go func() {
			close(started)
			_, err := c.ReadImage(ctx, "busybox:1.37", "/", 0)
			done <- err
		}()
		<-started
		for range i * i { // a bit later each time
			if _, err := c.Volume(t.Context(), "none"); err != nil {
				t.Fatal(err)
			}
		}
		cancel()
		if err := <-done; err != nil && engine.KindOf(err) != engine.Canceled {
			t.Errorf("%v", err)
		}
	}
	noProbes(t, e)
}

func TestVolumesWithSubpath(t *testing.T) {
	e, ctx := shared(t), t.Context()
	c := e.Client(t)
	e.Docker(t, "volume", "create", "sp")
	e.Docker(t, "run", "--rm", "-v", "sp:/d", "busybox:1.37", "sh", "-c", "mkdir /d/in; echo top > /d/f; echo below > /d/in/f")
	if _, err := e.TryDocker(ctx, "create", "--name", "sp-user", "--mount", "type=volume,source=sp,target=/d,volume-subpath=in", "busybox:1.37"); err != nil {
		t.Logf("no subpaths here: %v", err)
		return
	}
	f, err := c.ReadVolume(ctx, "sp", "/f", 0)
	check(t, "/f", f, err, &want{kind: "file", content: "top\n"})
}

func TestStaleProbesAreSweptAndOthersKept(t *testing.T) {
	e, ctx := shared(t), t.Context()
	c := e.Client(t)
	// A probe of a process that still runs, and a learner's container.
	e.Docker(t, "create", "--name", "fresh-probe", "--label", "io.naru.probe=1", "busybox:1.37")
	t.Cleanup(func() { e.Docker(t, "rm", "fresh-probe") })
	if _, err := c.ReadImage(ctx, "busybox:1.37", "/etc/passwd", 0); err != nil {
		t.Fatal(err)
	}
	if e.Docker(t, "ps", "-aq", "--filter", "name=fresh-probe") == "" {
		t.Error("a probe in use was removed")
	}
	list, err := c.Containers(ctx)
	if err != nil || slices.ContainsFunc(list, func(s engine.Summary) bool { return s.Name == "fresh-probe" }) {
		t.Errorf("probes are listed: %v, %v", list, err)
	}
}

func BenchmarkAgainstTheBareClient(b *testing.B) {
	e := shared(b)
	c := e.Client(b)
	ctx := b.Context()
	name := fmt.Sprintf("bench-%d", b.N)
	e.Docker(b, "rm", "-f", name)
	e.Docker(b, "create", "--name", name, "-v", "bench:/d", "busybox:1.37")
	bare, err := client.NewClientWithOpts(client.WithHost(e.Host()), client.WithAPIVersionNegotiation())
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = bare.Close() }()
	run := func(name string, f func() error) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := f(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	run("inspect/ours", func() error { _, err := c.Container(ctx, name); return err })
	run("inspect/bare", func() error { _, err := bare.ContainerInspect(ctx, name); return err })
	run("list/ours", func() error { _, err := c.Containers(ctx); return err })
	run("list/bare", func() error { _, err := bare.ContainerList(ctx, dockercontainer.ListOptions{All: true}); return err })
	run("image/ours", func() error { _, err := c.Image(ctx, "busybox:1.37"); return err })
	run("image/bare", func() error { _, err := bare.ImageInspect(ctx, "busybox:1.37"); return err })
	run("volume/ours", func() error { _, err := c.Volume(ctx, "bench"); return err })
	run("volume/bare", func() error { _, err := bare.VolumeInspect(ctx, "bench"); return err })
	run("read-container", func() error { _, err := c.ReadContainer(ctx, name, "/etc/passwd", 0); return err })
	run("read-volume", func() error { _, err := c.ReadVolume(ctx, "bench", "/d/x", 0); return err })
	run("read-image", func() error { _, err := c.ReadImage(ctx, "busybox:1.37", "/etc/passwd", 0); return err })
	run("events", func() error { _, err := c.Events(ctx, time.Now().Add(-time.Hour), time.Now()); return err })
	run("connect", func() error {
		c, err := engine.Connect(ctx, engine.Endpoint{Host: e.Host()})
		if err == nil {
			c.Close()
		}
		return err
	})
}
