package cli

import (
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// System is all that the command line knows of the world around it.
type System struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// StdinTTY, StdoutTTY and StderrTTY tell whether a person sits there.
	StdinTTY, StdoutTTY, StderrTTY bool
	// Width is the terminal's width in columns; 0 where there is none.
	Width  func() int
	Getenv func(string) string
	// Environ is the whole environment, "NAME=value".
	Environ func() []string
	// Home is the person's home directory.
	Home string
	Now  func() time.Time
	// Interrupts are lent to a command that is run on the person's terminal.
	Interrupts *Interrupts
}

// ThisProcess is the System of the running process.
func ThisProcess() System {
	home, err := os.UserHomeDir()
	if err != nil {
		home = "/" // no $HOME: as a login without a home directory has it
	}
	out := int(os.Stdout.Fd())
	return System{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		StdinTTY:  term.IsTerminal(int(os.Stdin.Fd())),
		StdoutTTY: term.IsTerminal(out),
		StderrTTY: term.IsTerminal(int(os.Stderr.Fd())),
		Width: func() int {
			w, _, err := term.GetSize(out)
			if err != nil {
				return 0
			}
			return w
		},
		Getenv:  os.Getenv,
		Environ: os.Environ,
		Home:    home,
		Now:     time.Now,

		Interrupts: new(Interrupts),
	}
}
