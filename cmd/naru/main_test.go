package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/naru-lab/naru/checker/enginetest"
	"github.com/naru-lab/naru/cmd/internal/images"
)

func TestMain(m *testing.M) {
	testscript.Main(building{m}, map[string]func(){"naru": main})
}

// TestScripts runs the real program as a person types it, without an engine.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			return setup(env, "unix://"+filepath.Join(env.WorkDir, "none.sock"))
		},
		Cmds:                commands,
		RequireExplicitExec: true,
	})
}

// TestEngineScripts runs it on real engines, one for each script, that have
// the images of the lessons which the scripts play.
func TestEngineScripts(t *testing.T) {
	cache := images.CacheDir(os.Getenv, os.Getenv("HOME"))
	var archives []string
	for _, ref := range []string{"hello-world:latest", "busybox:1.37", "nginx:1.28-alpine"} {
		archive, err := images.Make(t.Context(), ref, "", cache, nil)
		if err != nil {
			t.Fatal(err)
		}
		archives = append(archives, archive)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/engine",
		Setup: func(env *testscript.Env) error {
			e := enginetest.Start(t)
			e.Load(t, archives...)
			return setup(env, e.Host())
		},
		Cmds:                commands,
		RequireExplicitExec: true,
	})
}

// setup gives a script a home of its own and the way to an engine.
func setup(env *testscript.Env, host string) error {
	home := filepath.Join(env.WorkDir, "home")
	env.Setenv("HOME", home)
	env.Setenv("DOCKER_HOST", host)
	env.Setenv("LANG", "en_US.UTF-8")
	env.Setenv("TERM", "xterm")
	path := env.Getenv("PATH")
	if !strings.Contains(path, "/usr/sbin") {
		env.Setenv("PATH", path+":/usr/sbin")
	}
	return os.MkdirAll(home, 0o755)
}

// commands are what scripts can say besides testscript's own words.
var commands = map[string]func(*testscript.TestScript, bool, []string){
	// exec-code N COMMAND...: the command ends with exactly this exit code.
	"exec-code": func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) < 2 {
			ts.Fatalf("usage: exec-code N COMMAND [ARG...]")
		}
		err := ts.Exec(args[1], args[2:]...)
		code := 0
		if ended, ok := errors.AsType[*exec.ExitError](err); ok {
			code = ended.ExitCode()
		} else if err != nil {
			ts.Fatalf("%v", err)
		}
		if strconv.Itoa(code) != args[0] {
			ts.Fatalf("exit code %d, want %s", code, args[0])
		}
	},
}
