// Naru teaches Docker by doing: lessons in Korean and English, every exercise
// confirmed on the live engine.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/naru-lab/naru/cmd/internal/cli"
)

func main() { os.Exit(run()) }

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return cli.Run(ctx, cli.ThisProcess(), os.Args[1:])
}
