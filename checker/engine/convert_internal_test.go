package engine

import (
	"testing"

	"github.com/docker/docker/api/types/image"
	"github.com/google/go-cmp/cmp"
)

func TestStopSignal(t *testing.T) {
	for given, want := range map[string]string{
		"": "SIGTERM", "SIGINT": "SIGINT", "quit": "SIGQUIT", "15": "SIGTERM", "9": "SIGKILL", "37": "37", "RTMIN+3": "SIGRTMIN+3",
	} {
		if got := stopSignal(given); got != want {
			t.Errorf("%q is %q, want %q", given, got, want)
		}
	}
}

// What the classic builder, BuildKit and Podman write, and which steps made a
// layer.
func TestHistory(t *testing.T) {
	item := func(by string, size int64) image.HistoryResponseItem {
		return image.HistoryResponseItem{CreatedBy: by, Size: size}
	}
	for name, tt := range map[string]struct {
		items  []image.HistoryResponseItem
		layers int
		empty  []bool
	}{
		"classic": {[]image.HistoryResponseItem{
			item(`/bin/sh -c #(nop)  CMD ["a"]`, 0), item(`/bin/sh -c true`, 0), item(`/bin/sh -c #(nop) WORKDIR /app`, 0), item("", 9),
		}, 2, []bool{true, true, false, false}},
		"classic, the same folder again": {[]image.HistoryResponseItem{
			item(`/bin/sh -c #(nop) WORKDIR /app`, 0), item(`/bin/sh -c rm -r /x`, 0), item(`/bin/sh -c #(nop) WORKDIR /app`, 0), item("", 9),
		}, 3, []bool{true, false, false, false}},
		"BuildKit": {[]image.HistoryResponseItem{
			item(`EXPOSE map[80/tcp:{}]`, 0), item(`RUN /bin/sh -c true # buildkit`, 0), item(`WORKDIR /app`, 0), item(`COPY a b # buildkit`, 0), item("", 9),
		}, 4, []bool{true, false, false, false, false}},
		"what a shell runs is no instruction": {[]image.HistoryResponseItem{
			item(`/bin/sh -c CMD=x make ENV`, 0), item("", 9),
		}, 2, []bool{false, false}},
		"more layers than steps":  {[]image.HistoryResponseItem{item("", 9)}, 5, []bool{false}},
		"fewer layers than bytes": {[]image.HistoryResponseItem{item("", 9), item("", 9)}, 1, []bool{false, true}},
	} {
		var empty []bool
		for _, h := range newHistory(tt.items, tt.layers) {
			empty = append(empty, h.Empty)
		}
		if diff := cmp.Diff(tt.empty, empty); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
