package host

import (
	"slices"
	"strings"
)

// source is one place that apt takes packages from.
type source struct {
	URI        string
	Suite      string
	Components []string
	SignedBy   string // a keyring's path; "" where apt's own keyrings decide
}

// parseSources reads sources.list(5), the one-line form and deb822. What is
// disabled, of type deb-src, or signed by a key in the text itself (which
// can't be passed on in one line) comes without it.
func parseSources(s string) []source {
	if oneLine(s) {
		return parseOneLine(s)
	}
	var sources []source
	for para := range strings.SplitSeq(strings.ReplaceAll(s, "\r", ""), "\n\n") {
		sources = append(sources, parseStanza(para)...)
	}
	return sources
}

// oneLine tells the forms apart by the first line that says anything.
func oneLine(s string) bool {
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			return strings.HasPrefix(line, "deb")
		}
	}
	return true
}

func parseOneLine(s string) []source {
	var sources []source
	for line := range strings.Lines(s) {
		line, _, _ = strings.Cut(line, "#")
		kind, rest, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || kind != "deb" {
			continue
		}
		var src source
		rest = strings.TrimSpace(rest)
		if strings.HasPrefix(rest, "[") {
			options, after, ok := strings.Cut(rest[1:], "]")
			if !ok {
				continue
			}
			rest = after
			for _, o := range strings.Fields(options) {
				if path, ok := strings.CutPrefix(o, "signed-by="); ok && strings.HasPrefix(path, "/") {
					src.SignedBy = path
				}
			}
		}
		f := strings.Fields(rest)
		if len(f) < 2 {
			continue
		}
		src.URI, src.Suite, src.Components = f[0], f[1], f[2:]
		sources = append(sources, src)
	}
	return sources
}

func parseStanza(para string) []source {
	fields := map[string]string{}
	for line := range strings.Lines(para) {
		if line == "" || line[0] == '#' || line[0] == ' ' || line[0] == '\t' {
			continue
		}
		key, value, ok := strings.Cut(line, ":")
		if ok {
			fields[strings.ToLower(key)] = strings.TrimSpace(value)
		}
	}
	if !slices.Contains(strings.Fields(fields["types"]), "deb") || slices.Contains([]string{"no", "false", "0"}, strings.ToLower(fields["enabled"])) {
		return nil
	}
	signed := fields["signed-by"]
	if !strings.HasPrefix(signed, "/") {
		signed = ""
	}
	var sources []source
	for _, uri := range strings.Fields(fields["uris"]) {
		for _, suite := range strings.Fields(fields["suites"]) {
			sources = append(sources, source{uri, suite, strings.Fields(fields["components"]), signed})
		}
	}
	return sources
}

// sources are all that apt is configured with here.
func (m Machine) sources() []source {
	files := append([]string{"/etc/apt/sources.list"}, m.glob("/etc/apt/sources.list.d/*.list")...)
	files = append(files, m.glob("/etc/apt/sources.list.d/*.sources")...)
	var all []source
	for _, f := range files {
		all = append(all, parseSources(m.read(f))...)
	}
	return all
}
