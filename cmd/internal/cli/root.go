package cli

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// The groups of verbs in the help.
const (
	groupLearn   = "learn"
	groupMachine = "machine"
	groupAuthor  = "author"
)

// verb is something that can be done. One without a group is listed last.
type verb struct {
	group, name string
	command     func(*app) *cobra.Command
}

// verbs are all there are, in the order in which they are used.
var verbs = []verb{
	{groupLearn, "learn", newLearnCmd},
	{groupLearn, "list", newListCmd},
	{groupLearn, "status", newStatusCmd},
	{groupLearn, "start", newStartCmd},
	{groupLearn, "show", newShowCmd},
	{groupLearn, "check", newCheckCmd},
	{groupLearn, "answer", newAnswerCmd},
	{groupLearn, "hint", newHintCmd},
	{groupLearn, "solution", newSolutionCmd},
	{groupLearn, "next", newNextCmd},
	{groupLearn, "reset", newResetCmd},
	{groupMachine, "doctor", newDoctorCmd},
	{groupMachine, "setup", newSetupCmd},
	{groupMachine, "prepare", newPrepareCmd},
	{groupAuthor, "course", newCourseCmd},
	{"", "version", newVersionCmd},
}

// newRootCmd makes the command line for what was typed. Where that begins with
// a verb only this one is made: the others, with their flags and their texts,
// would take longer than many a verb. Whoever asks what there is begins with
// another word, or with none.
func newRootCmd(a *app, args []string) *cobra.Command {
	root := a.command("naru", func(cmd *cobra.Command, args []string) error { return newLearnCmd(a).RunE(cmd, args) })
	root.Args = func(_ *cobra.Command, args []string) error { return a.unknownVerb(root, args) }
	cobra.EnableCommandSorting = false // the verbs stand in the order in which they are used
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SetUsageTemplate(a.usageTemplate())
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &usageError{err} })
	root.PersistentFlags().String("lang", "", a.say("flag.lang"))
	root.PersistentFlags().BoolVar(&a.noColor, "no-color", false, a.say("flag.no-color"))
	root.PersistentFlags().StringVar(&a.course, "course", a.sys.Getenv("NARU_COURSE"), a.say("flag.course"))
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		if l := cmd.Flag("lang").Value.String(); l != "" && l != "ko" && l != "en" {
			return &usageError{errors.New(a.say("error.lang", "Lang", l))}
		}
		a.term = newTerminal(a.sys, a.noColor)
		return nil
	}
	_ = root.RegisterFlagCompletionFunc("lang", cobra.FixedCompletions([]cobra.Completion{"ko", "en"}, cobra.ShellCompDirectiveNoFileComp)) // fails only for a flag that isn't there
	_ = root.MarkPersistentFlagDirname("course")                                                                                            // likewise

	for _, id := range []string{groupLearn, groupMachine, groupAuthor} {
		root.AddGroup(&cobra.Group{ID: id, Title: a.say("help.group." + id)})
	}
	made := verbs
	typed := slices.IndexFunc(verbs, func(v verb) bool { return len(args) > 0 && args[0] == v.name })
	if typed >= 0 {
		made = verbs[typed : typed+1]
		root.CompletionOptions.DisableDefaultCmd = true
	}
	for _, v := range made {
		c := v.command(a)
		c.GroupID = v.group
		root.AddCommand(c)
	}
	if typed < 0 {
		root.InitDefaultHelpCmd()
		root.InitDefaultCompletionCmd("completion")
	}
	a.translateBuiltins(root)
	return root
}

// command is a verb whose help texts come from the catalogue, under its name.
// use is its line of usage: "check [LESSON[/STEP]]".
func (a *app) command(use string, run func(*cobra.Command, []string) error) *cobra.Command {
	id, _, _ := strings.Cut(use, " ")
	return a.commandAs("help."+id, use, run)
}

// commandAs is command for a verb whose texts are under another id.
func (a *app) commandAs(id, use string, run func(*cobra.Command, []string) error) *cobra.Command {
	return &cobra.Command{
		Use:     use,
		Short:   a.say(id + ".short"),
		Long:    a.say(id + ".long"),
		Example: "  " + strings.ReplaceAll(a.say(id+".example"), "\n", "\n  "),
		Args:    a.atMost(strings.Count(use, "[") - strings.Count(use, "[/")),
		RunE:    run,
	}
}

// stepCommand is a verb that works on what its one argument names, or without
// one on the current: a step, or only a lesson, as its line of usage says.
func (a *app) stepCommand(use string, run func(ctx context.Context, args []string) error) *cobra.Command {
	cmd := a.command(use, func(cmd *cobra.Command, args []string) error { return run(cmd.Context(), args) })
	cmd.ValidArgsFunction = a.completeSteps(strings.Contains(use, "STEP"))
	return cmd
}

// atMost refuses more than n arguments.
func (a *app) atMost(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > n {
			return &usageError{errors.New(a.say("error.too-many", "Arg", args[n], "Command", cmd.CommandPath()))}
		}
		return nil
	}
}

// unknownVerb refuses an argument of the root, which is a verb mistyped or a
// lesson where a verb was wanted, and names what comes near.
func (a *app) unknownVerb(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	root.SuggestionsMinimumDistance = 2
	msg := a.say("error.verb", "Arg", args[0])
	if near := root.SuggestionsFor(args[0]); len(near) > 0 {
		msg += " " + a.say("error.did-you-mean", "Near", "naru "+near[0])
	}
	return &usageError{errors.New(msg)}
}

// translateBuiltins gives cobra's own verbs and flags the person's language.
func (a *app) translateBuiltins(root *cobra.Command) {
	for _, c := range root.Commands() {
		switch c.Name() {
		case "help":
			c.Short, c.Long = a.say("help.help.short"), a.say("help.help.short")
		case "completion":
			c.Short = a.say("help.completion.short")
		}
	}
	var flags func(*cobra.Command)
	flags = func(c *cobra.Command) {
		c.Flags().BoolP("help", "h", false, a.say("flag.help"))
		for _, sub := range c.Commands() {
			flags(sub)
		}
	}
	flags(root)
}

// usageTemplate is cobra's own, in the catalogue's words.
func (a *app) usageTemplate() string {
	r := strings.NewReplacer(
		"§usage", a.say("usage.usage"), "§examples", a.say("usage.examples"), "§commands", a.say("usage.commands"),
		"§other", a.say("usage.other"), "§flags", a.say("usage.flags"), "§global", a.say("usage.global"), "§more", a.say("usage.more"))
	return r.Replace(`§usage{{if .Runnable}}
  {{.UseLine}}{{end}}{{if .HasAvailableSubCommands}}
  {{.CommandPath}} §commands{{end}}{{if .HasExample}}

§examples
{{.Example}}{{end}}{{if .HasAvailableSubCommands}}{{$cmds := .Commands}}{{if eq (len .Groups) 0}}

§other{{range $cmds}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding }} {{.Short}}{{end}}{{end}}{{else}}{{range $group := .Groups}}

{{.Title}}{{range $cmds}}{{if (and (eq .GroupID $group.ID) .IsAvailableCommand)}}
  {{rpad .Name .NamePadding }} {{.Short}}{{end}}{{end}}{{end}}

§other{{range $cmds}}{{if (and (eq .GroupID "") (or .IsAvailableCommand (eq .Name "help")))}}
  {{rpad .Name .NamePadding }} {{.Short}}{{end}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}

§flags
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableInheritedFlags}}

§global
{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableSubCommands}}

§more "{{.CommandPath}} COMMAND --help"{{end}}
`)
}
