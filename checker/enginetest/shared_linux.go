package enginetest

import (
	"fmt"
	"os"
	"sync"
	"testing"
)

// shared is the one engine of a test binary. It is the one thing in this
// package that is global, because a test binary is.
var shared struct {
	sync.Mutex
	running bool // Run was called
	engine  *Engine
	err     error
}

// Run runs a package's tests and ends the engine that Shared gave them. Call
// it from TestMain: os.Exit(enginetest.Run(m)).
func Run(m *testing.M) int {
	shared.Lock()
	shared.running = true
	shared.Unlock()
	code := m.Run()
	shared.Lock()
	defer shared.Unlock()
	if shared.engine != nil {
		if code != 0 {
			fmt.Fprintf(os.Stderr, "dockerd:\n%s\n", shared.engine.Log(20))
		}
		if err := shared.engine.end(); err != nil {
			fmt.Fprintf(os.Stderr, "enginetest: %v\n", err)
			code = max(code, 1)
		}
	}
	return code
}

// Shared is the engine that the tests of one test binary share, started when
// the first asks for it. It is for tests that only add objects under names of
// their own; Start is for the others. It needs Run.
func Shared(t testing.TB) *Engine {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if !shared.running {
		t.Fatal("enginetest: Shared needs a TestMain that calls enginetest.Run")
	}
	if shared.engine == nil && shared.err == nil {
		shared.engine, shared.err = start()
	}
	if shared.err != nil {
		t.Fatalf("enginetest: %v", shared.err)
	}
	return shared.engine
}
