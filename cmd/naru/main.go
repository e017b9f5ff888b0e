// Naru teaches Docker by doing: lessons in Korean and English, every exercise
// confirmed on the live engine.
package main

import (
	"context"
	"os"

	"github.com/naru-lab/naru/cmd/internal/cli"
)

func main() { os.Exit(run()) }

func run() int {
	sys := cli.ThisProcess()
	ctx, stop := sys.Interrupts.Context(context.Background())
	defer stop()
	return cli.Run(ctx, sys, os.Args[1:])
}
