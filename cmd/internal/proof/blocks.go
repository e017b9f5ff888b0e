package proof

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/naru-lab/naru/lessons"
)

// blockTime bounds one block; a build on a slow machine is the longest.
const blockTime = 5 * time.Minute

// slow is what a block may take before the log says how long it took.
const slow = time.Second

// do writes the files and runs the commands of blocks, in their order, in the
// lesson's workspace. A command may fail: what comes of it is what counts.
func (p *prover) do(ctx context.Context, blocks []lessons.Block) error {
	for _, b := range blocks {
		var err error
		if b.File != "" {
			err = p.writeFile(b)
		} else {
			err = p.runCommands(ctx, b)
		}
		if err != nil {
			return fmt.Errorf("%s:%d: %w", b.Position.File, b.Line, err)
		}
	}
	return nil
}

func (p *prover) writeFile(b lessons.Block) (err error) {
	root, err := os.OpenRoot(p.player.Workspace(p.lesson.ID))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	if err := root.MkdirAll(filepath.Dir(b.File), 0o755); err != nil {
		return err
	}
	return root.WriteFile(b.File, []byte(b.Text), 0o644)
}

func (p *prover) runCommands(ctx context.Context, b lessons.Block) error {
	commands := lessons.Commands(b)
	if len(commands) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, blockTime)
	defer cancel()
	fmt.Fprintf(p.cfg.Log, "%s:%d\n", b.Position.File, b.Line)
	for _, c := range commands {
		fmt.Fprintf(p.cfg.Log, "  $ %s\n", c)
	}
	cmd := exec.CommandContext(ctx, "bash", "-c", strings.Join(commands, "\n"))
	cmd.Dir = p.player.Workspace(p.lesson.ID)
	cmd.Env = p.environ()
	cmd.Stdout, cmd.Stderr = p.cfg.Log, p.cfg.Log
	cmd.WaitDelay = time.Second
	begun := time.Now()
	err := cmd.Run()
	if took := time.Since(begun); took > slow {
		fmt.Fprintf(p.cfg.Log, "  took %s\n", took.Round(slow/10))
	}
	if ctx.Err() != nil {
		return fmt.Errorf("running its commands: %w", ctx.Err())
	}
	if _, ended := errors.AsType[*exec.ExitError](err); ended {
		return nil
	}
	return err
}

// environ is the environment of a block: the author's own, with this proof's
// workspace and journal, and naru on the path.
func (p *prover) environ() []string {
	path := filepath.Dir(p.cfg.Naru)
	var env []string
	for _, kv := range p.cfg.Environ {
		if rest, ok := strings.CutPrefix(kv, "PATH="); ok {
			path += string(filepath.ListSeparator) + rest
			continue
		}
		env = append(env, kv)
	}
	return append(env,
		"PATH="+path,
		"XDG_STATE_HOME="+filepath.Dir(p.dirs.State),
		"NARU_WORKSPACE="+p.dirs.Workspaces,
		"NARU_COURSE="+p.cfg.CourseDir,
		"DOCKER_CLI_HINTS=false",
	)
}
