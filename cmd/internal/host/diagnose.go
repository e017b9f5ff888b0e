package host

import (
	"cmp"
	"context"
	"slices"
)

// Ask is what the lessons want of the machine, so that the diagnosis can say
// what will be in their way. The zero value asks for an engine only.
type Ask struct {
	Ports   []int    // TCP ports that will be published
	Names   []string // containers that will be made
	Images  []string // images that will be run
	Compose bool     // `docker compose` is used
	Memory  int64    // bytes that the machine should have; 0: no wish
	Disk    int64    // bytes that will be written; 0: a gibibyte
	Network bool     // ask Docker Hub and the engine's mirrors too
}

// Diagnose looks for what keeps Docker, and the lessons, from working on the
// machine. The findings stand in the order in which to mend them: what blocks
// first, and among those what others follow from. It changes nothing and ends
// within about two Bounds, whatever hangs.
func Diagnose(ctx context.Context, m Machine, ask Ask) []Finding {
	return judge(gather(ctx, m, ask))
}

// looks are all that can be found, causes before their effects.
var looks = []func(*facts) []Finding{
	lookWSL1, lookDesktop, lookCommand, lookEngine, lookClock, lookDisk,
	lookCompose, lookUserland, lookImages, lookOldBoard,
	lookTwoEngines, lookSnap, lookMemory, lookMemoryLimit, lookOverlay,
	lookPorts, lookNames, lookSubnets, lookFolder, lookNetwork,
	lookSystemd, lookBuildx, lookPodman, lookSeccomp,
}

func judge(f *facts) []Finding {
	var findings []Finding
	for _, look := range looks {
		findings = append(findings, look(f)...)
	}
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Compare(a.Level.rank(), b.Level.rank())
	})
	return findings
}

// one makes the list of a single finding.
func one(id string, level Level, values map[string]any, commands ...string) []Finding {
	return []Finding{{ID: id, Level: level, Values: values, Commands: commands}}
}

// sudo puts sudo before a command unless the learner is root.
func (f *facts) sudo(command string) string {
	if f.m.UID == 0 {
		return command
	}
	return "sudo " + command
}
