package enginetest

import (
	"fmt"
	"strings"
)

// Option changes how an engine is started.
type Option func(*spec)

// WithArgs adds arguments for dockerd.
func WithArgs(args ...string) Option {
	return func(s *spec) { s.args = append(s.args, args...) }
}

// spec says which engine to run, and how.
type spec struct {
	root string // its root directory; empty: this machine's
	bin  string // put first in PATH; empty: nothing
	args []string
}

// parseSpec reads NARU_TEST_ENGINE.
func parseSpec(s string) (spec, error) {
	var out spec
	if s == "" || s == "host" {
		return out, nil
	}
	for part := range strings.SplitSeq(s, ",") {
		key, value, ok := strings.Cut(part, "=")
		switch {
		case !ok || value == "":
			return spec{}, fmt.Errorf("%q is not key=value", part)
		case key == "root":
			out.root = value
		case key == "bin":
			out.bin = value
		case key == "arg":
			out.args = append(out.args, value)
		default:
			return spec{}, fmt.Errorf("unknown key %q (known are root, bin, arg)", key)
		}
	}
	return out, nil
}
