// Peak runs a command and prints the most memory that it had at once, in KiB.
//
// Linux counts what the process had before exec too, which is its parent's: so
// the parent must be a small program, and this is one.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

func main() {
	cmd := exec.Command(os.Args[1], os.Args[2:]...) //nolint:gosec,noctx // to run what it is given is what it is for
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		fmt.Fprintln(os.Stderr, "this system doesn't tell how much memory a process had")
		os.Exit(1)
	}
	fmt.Println(usage.Maxrss)
}
