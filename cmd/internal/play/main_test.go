package play_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/checker/enginetest"
	"github.com/naru-lab/naru/cmd/internal/learner"
	"github.com/naru-lab/naru/cmd/internal/play"
)

// childEnv makes the test binary a player that is to be killed.
const childEnv = "NARU_TEST_CHILD"

func TestMain(m *testing.M) {
	if what := os.Getenv(childEnv); what != "" {
		if err := child(context.Background(), what); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	code := enginetest.Run(m)
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// child resets or starts a lesson, and says a word at each thing it did.
func child(ctx context.Context, what string) error {
	c, err := engine.Connect(ctx, engine.Endpoint{Host: os.Getenv("NARU_TEST_HOST")})
	if err != nil {
		return err
	}
	defer c.Close()
	p, err := play.Open(play.Config{
		Course: course, Dirs: dirsIn(os.Getenv("NARU_TEST_DIR")),
		Engine: func(context.Context) (play.Engine, error) { return c, nil },
	})
	if err != nil {
		return err
	}
	fmt.Println("begun")
	switch what {
	case "start":
		if _, err := p.Start(ctx, "volumes"); err != nil {
			return err
		}
	case "check":
		for range 50 {
			if _, err := p.Check(ctx, play.Place{Lesson: "volumes", Step: "keep"}); err != nil {
				return err
			}
			fmt.Println("checked")
		}
	case "next":
		for i := range 500 {
			step := []string{"keep", "gone"}[i%2]
			if err := p.Go(play.Place{Lesson: "volumes", Step: step}); err != nil {
				return err
			}
			fmt.Println("went", step)
		}
	case "reset":
		plan, err := p.PlanReset(ctx, "volumes")
		if err != nil {
			return err
		}
		return p.Reset(ctx, plan, func(o learner.Object, err error) { fmt.Println(o, err) })
	}
	return nil
}

func dirsIn(dir string) learner.Dirs {
	return learner.Dirs{State: dir + "/state", Workspaces: dir + "/naru"}
}
