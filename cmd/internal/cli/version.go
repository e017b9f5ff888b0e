package cli

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"
)

// version is what the program was built from; the linker sets it.
var version = "devel"

type versionOptions struct {
	app  *app
	json bool
}

func newVersionCmd(a *app) *cobra.Command {
	o := &versionOptions{app: a}
	cmd := a.command("version", func(*cobra.Command, []string) error { return runVersion(o) })
	cmd.Flags().BoolVar(&o.json, "json", false, a.say("flag.json"))
	return cmd
}

func runVersion(o *versionOptions) error {
	if o.json {
		return writeJSON(o.app.sys.Stdout, map[string]string{
			"version": version, "go": runtime.Version(), "os": runtime.GOOS, "arch": runtime.GOARCH,
		})
	}
	_, err := fmt.Fprintf(o.app.sys.Stdout, "naru %s %s/%s\n", version, runtime.GOOS, runtime.GOARCH)
	return err
}
