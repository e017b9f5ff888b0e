package engine

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/docker/docker/api/types/image"
)

// History lists how an image came to be, the newest step first. It is nil when
// there is no such image.
func (c *Client) History(ctx context.Context, ref string) ([]History, error) {
	img, err := c.inspectImage(ctx, ref)
	if err != nil || img == nil {
		return nil, err
	}
	var res []image.HistoryResponseItem
	absent, err := c.get(ctx, fmt.Sprintf("reading the history of image %q", ref), func(ctx context.Context) (err error) {
		res, err = c.docker.ImageHistory(ctx, img.ID)
		return err
	})
	if err != nil || absent {
		return nil, err
	}
	return newHistory(res, len(img.RootFS.Layers)), nil
}

// likely is how likely a step made a layer.
type likely int

const (
	never   likely = iota // it only changes the configuration
	hardly                // WORKDIR, where an earlier one had made the directory
	perhaps               // RUN, which may have changed nothing
	quite                 // COPY, ADD, and the first WORKDIR of a directory
	surely                // it added bytes
)

// newHistory tells the steps that made a layer from those that didn't. The
// API doesn't say, and a layer may well add no byte; but how many layers there
// are is known, and which instructions never make one. With BuildKit that
// decides it. The classic builder leaves out the layer of a RUN that changed
// nothing, or of a WORKDIR that was there: among such steps the likelier are
// taken.
func newHistory(items []image.HistoryResponseItem, layers int) []History {
	list := make([]History, len(items))
	grade := make([]likely, len(items))
	made := map[string]bool{}
	for i, item := range slices.Backward(items) {
		list[i] = History{
			Created: time.Unix(item.Created, 0).UTC(), CreatedBy: item.CreatedBy, Comment: item.Comment, Empty: true,
		}
		grade[i] = layerOf(item, made)
	}
	for _, g := range []likely{surely, quite, perhaps, hardly} {
		for i := range list {
			if grade[i] == g && layers > 0 {
				list[i].Empty = false
				layers--
			}
		}
	}
	return list
}

// instruction finds a Dockerfile instruction at the start of a step, as the
// classic builder ("/bin/sh -c #(nop)  CMD …"), BuildKit ("CMD …") and Podman
// write it. What a shell runs is no instruction.
var instruction = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:.*#\(nop\)\s+)?([A-Z]+)\b\s*(.*)`)
})

// layerOf grades a step. Steps are shown to it the oldest first; made collects
// the directories of WORKDIR.
func layerOf(item image.HistoryResponseItem, made map[string]bool) likely {
	found := instruction().FindStringSubmatch(strings.TrimSpace(item.CreatedBy))
	if found == nil {
		found = make([]string, 3)
	}
	known := made[found[2]]
	if found[1] == "WORKDIR" {
		made[found[2]] = true
	}
	if item.Size > 0 {
		return surely
	}
	switch found[1] {
	case "CMD", "ENTRYPOINT", "ENV", "LABEL", "EXPOSE", "USER", "VOLUME", "STOPSIGNAL", "HEALTHCHECK", "ARG", "SHELL", "ONBUILD", "MAINTAINER":
		return never
	case "COPY", "ADD":
		return quite
	case "WORKDIR":
		if !known {
			return quite
		}
		return hardly
	}
	return perhaps
}
