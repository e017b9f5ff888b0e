package engine_test

import (
	"fmt"
	"testing"

	"github.com/naru-lab/naru/checker/enginetest"
)

// TestNetworkAmbiguous asks for a network by a name that several IDs begin
// with, and that no network bears: it isn't there, and that is no error.
func TestNetworkAmbiguous(t *testing.T) {
	e := enginetest.Shared(t)
	client := e.Client(t)
	first := map[byte]int{}
	for i := 0; ; i++ {
		name := fmt.Sprintf("ambiguous-%d", i)
		id := e.Docker(t, "network", "create", "--internal", name)
		t.Cleanup(func() { e.Docker(t, "network", "rm", name) })
		if first[id[0]]++; first[id[0]] > 1 {
			n, err := client.Network(t.Context(), id[:1])
			if n != nil || err != nil {
				t.Errorf("Network(%q) = %v, %v; want nothing", id[:1], n, err)
			}
			return
		}
	}
}
