// Bare is the least program on cobra: a root and one verb that prints a line.
// The benchmark holds naru's start against it.
package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
)

func main() {
	root := &cobra.Command{Use: "bare"}
	root.AddCommand(&cobra.Command{Use: "list", Run: func(cmd *cobra.Command, _ []string) {
		fmt.Fprintln(cmd.OutOrStdout(), "bare")
	}})
	if root.Execute() != nil {
		os.Exit(1)
	}
}
