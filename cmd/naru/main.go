// Naru teaches Docker by doing: lessons in Korean and English, every exercise
// confirmed on the live engine.
package main

import (
	"context"
	"os"
	"runtime/debug"

	"github.com/naru-lab/naru/cmd/internal/cli"
)

func main() { os.Exit(run()) }

// garbage is how much garbage may gather before it is first collected, in
// percent of the runtime's least heap of 4 MB. Most runs end before that: to
// collect it would take them longer than it gave back.
const garbage = 400

func run() int {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
	sys := cli.ThisProcess()
	ctx, stop := sys.Interrupts.Context(context.Background())
	defer stop()
	return cli.Run(ctx, sys, os.Args[1:])
}
