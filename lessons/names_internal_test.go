package lessons

import "testing"

func TestForms(t *testing.T) {
	dir := func(s string) bool { _, _, ok := splitDir(s); return ok }
	name := func(s string) bool { return isName(s, "_-") }
	size := func(s string) bool { _, ok := parseSize(s); return ok }
	param := func(s string) bool { _, _, ok := paramAt(s); return ok }
	for _, row := range []struct {
		what      string
		is        func(string) bool
		good, bad []string
	}{
		{"directory", dir, []string{"090-volumes", "1-a", "0010-a-b2"}, []string{"", "090", "090-", "-a", "09000-a", "9a-b", "090-A", "090-2", "090_a"}},
		{"name", name, []string{"a", "a_b-2"}, []string{"", "A", "2a", "_a", "a b", "가"}},
		{"version", isVersion, []string{"20.10", "20.10.24"}, []string{"", "20", "20.", ".10", "20.10.", "20.10.1.2", "v20.10", "20.1x"}},
		{"platform", isPlatform, []string{"linux/arm64", "linux/arm/v7"}, []string{"", "linux", "linux/", "/arm", "linux/arm/", "linux/arm/7", "linux/arm/v", "linux/arm/v7/x", "Linux/arm"}},
		{"size", size, []string{"0", "64m", "64MB", "1g", "1kb", "5b"}, []string{"", "m", "b", "64mm", "64 m", "-1", "+1", "6_4", "0x1", "64t", "9999999999g", "bb"}},
		{"param", param, []string{"{{port}}", "{{ port }}x", "{{\ta-b_2}}}}"}, []string{"{{", "{{}}", "{{.Names}}", "{{{a}}", "{{a b}}", "{{2}}", "{{a\n}}", "{{a}", "{{_a}}"}},
	} {
		for _, s := range row.good {
			if !row.is(s) {
				t.Errorf("%q is no %s", s, row.what)
			}
		}
		for _, s := range row.bad {
			if row.is(s) {
				t.Errorf("%q is a %s", s, row.what)
			}
		}
	}
}
