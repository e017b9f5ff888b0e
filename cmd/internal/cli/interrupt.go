package cli

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// Interrupts are the signals by which a person calls a run off. A terminal
// sends Ctrl-C to the program and to the command that it runs there, both;
// while the interrupts are lent, it is the command's alone.
type Interrupts struct {
	mu   sync.Mutex
	lent int
	got  chan os.Signal
}

// Context is a context that ends at SIGINT and SIGTERM, until stop is called.
func (i *Interrupts) Context(parent context.Context) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancel(parent)
	i.got = make(chan os.Signal, 1)
	signal.Notify(i.got, os.Interrupt, syscall.SIGTERM)
	go func() {
		for {
			select {
			case s := <-i.got:
				if !i.commands(s) {
					cancel()
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	return ctx, func() {
		signal.Stop(i.got)
		cancel()
	}
}

// commands reports whether a signal is meant for the command that runs.
func (i *Interrupts) commands(s os.Signal) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.lent > 0 && s == os.Interrupt
}

// Lend leaves interrupts to the command that is about to run, until back is
// called.
func (i *Interrupts) Lend() (back func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.lent++
	return func() {
		i.mu.Lock()
		defer i.mu.Unlock()
		i.lent--
		select { // one that ended the command is its own still
		case s := <-i.got:
			if s != os.Interrupt {
				i.got <- s
			}
		default:
		}
	}
}
