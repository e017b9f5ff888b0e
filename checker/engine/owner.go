package engine

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
)

// ownerLabel names the process that a probe belongs to, so that what a killed
// one left is known at once. It is empty where there is no /proc.
const ownerLabel = "io.naru.probe.owner"

// owner is a process, so that no other is taken for it: its machine and boot,
// its process namespace, its user, its ID and when it began (process IDs
// repeat).
type owner struct {
	where string // boot ID, process namespace and user
	pid   int
	began string // in clock ticks since the boot
}

// thisProcess is the running process as an owner.
func thisProcess() (owner, bool) {
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return owner{}, false
	}
	namespace, err := os.Readlink("/proc/self/ns/pid")
	if err != nil {
		return owner{}, false
	}
	o := owner{
		where: fmt.Sprintf("%s %s %d", bytes.TrimSpace(boot), namespace, os.Getuid()),
		pid:   os.Getpid(),
	}
	began, ended, err := procStat(o.pid)
	o.began = began
	return o, err == nil && !ended
}

// String is the label's value.
func (o owner) String() string { return fmt.Sprintf("%s %d %s", o.where, o.pid, o.began) }

// parseOwner reads a label's value.
func parseOwner(label string) (owner, bool) {
	fields := strings.Fields(label)
	if len(fields) != 5 { // the parts of String
		return owner{}, false
	}
	pid, err := strconv.Atoi(fields[3])
	return owner{where: strings.Join(fields[:3], " "), pid: pid, began: fields[4]}, err == nil
}

// orphaned reports whether a probe's owner is known to have ended. Only what
// this process can see is known: its own user's processes in its own namespace.
func orphaned(label string) bool {
	o, ok := parseOwner(label)
	if !ok {
		return false
	}
	self, ok := thisProcess()
	if !ok || o.where != self.where {
		return false
	}
	began, ended, err := procStat(o.pid)
	if errors.Is(err, fs.ErrNotExist) {
		return true
	}
	return err == nil && (ended || began != o.began)
}

// procStat reads when a process began, and whether it has ended already and is
// but waited for (proc(5), /proc/PID/stat).
func procStat(pid int) (began string, ended bool, err error) {
	src, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "", false, err
	}
	// The name, in parentheses, may hold anything.
	fields := strings.Fields(string(src[bytes.LastIndexByte(src, ')')+1:]))
	const state, startTime = 0, 19 // fields 3 and 22
	if len(fields) <= startTime {
		return "", false, fmt.Errorf("reading /proc/%d/stat: %d fields", pid, len(fields))
	}
	return fields[startTime], fields[state] == "Z" || fields[state] == "X", nil
}
