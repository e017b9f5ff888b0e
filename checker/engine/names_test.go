package engine_test

import (
	"fmt"
	"testing"
)

// A name that several IDs begin with, and that nothing bears, is absent: some
// engines answer with an error that says "ambiguous".
func TestAmbiguousNames(t *testing.T) {
	e, ctx := shared(t), t.Context()
	c := e.Client(t)
	first := map[string]bool{}
	for i := 0; ; i++ {
		id := e.Docker(t, "create", "--name", fmt.Sprintf("ambiguous-%d", i), "busybox:1.37")
		prefix := id[:1]
		if !first[prefix] {
			first[prefix] = true
			continue
		}
		found, err := c.Container(ctx, prefix)
		ps, err2 := c.Processes(ctx, prefix)
		ch, err3 := c.Changes(ctx, prefix)
		f, err4 := c.ReadContainer(ctx, prefix, "/etc/passwd", 0)
		out, _, _, err5 := c.Logs(ctx, prefix, 10)
		if found != nil || ps != nil || ch != nil || f != nil || out != "" {
			t.Errorf("%q is %v, %v, %v, %v, %q", prefix, found, ps, ch, f, out)
		}
		for _, err := range []error{err, err2, err3, err4, err5} {
			if err != nil {
				t.Errorf("%q: %v", prefix, err)
			}
		}
		return
	}
}

// A name that only one ID begins with is not that container either.
func TestNameLikeAnID(t *testing.T) {
	e, ctx := shared(t), t.Context()
	c := e.Client(t)
	id := e.Docker(t, "run", "-d", "--name", "hexed", "busybox:1.37", "sh", "-c", "echo hi; touch /changed; sleep 1000")
	prefix := id[:8]
	ps, err := c.Processes(ctx, prefix)
	ch, err2 := c.Changes(ctx, prefix)
	out, _, _, err3 := c.Logs(ctx, prefix, 10)
	if ps != nil || ch != nil || out != "" || err != nil || err2 != nil || err3 != nil {
		t.Errorf("%q is taken for a name: %v, %v, %q (%v, %v, %v)", prefix, ps, ch, out, err, err2, err3)
	}
	e.Docker(t, "rename", "hexed", "cafe")
	if ps, err = c.Processes(ctx, "cafe"); err != nil || len(ps) == 0 {
		t.Errorf("a name of hexadecimal digits: %v, %v", ps, err)
	}
}
