package lessons

import "strings"

// The forms of names and numbers that course files hold. They are read without
// expressions, which would be compiled at every start.

const (
	smallLetters = "abcdefghijklmnopqrstuvwxyz"
	digits       = "0123456789"
)

// isAll reports whether a text has characters of a set, and no others.
func isAll(s, set string) bool { return s != "" && strings.Trim(s, set) == "" }

// isName reports whether a text is small letters, digits and further signs, a
// letter first.
func isName(s, further string) bool {
	return isAll(s, smallLetters+digits+further) && strings.IndexByte(smallLetters, s[0]) >= 0
}

// isVersion reports whether a text is as 20.10 or 20.10.24.
func isVersion(s string) bool {
	parts := strings.Split(s, ".")
	for _, part := range parts {
		if !isAll(part, digits) {
			return false
		}
	}
	return len(parts) == 2 || len(parts) == 3
}

// isPlatform reports whether a text is as linux/arm64 or linux/arm/v7.
func isPlatform(s string) bool {
	system, arch, _ := strings.Cut(s, "/")
	arch, variant, more := strings.Cut(arch, "/")
	number, isV := strings.CutPrefix(variant, "v")
	return isAll(system, smallLetters+digits) && isAll(arch, smallLetters+digits) && (!more || isV && isAll(number, digits))
}

// splitDir takes a lesson's directory apart: 090-volumes is number 090 and id
// volumes.
func splitDir(dir string) (number, id string, ok bool) {
	number, id, _ = strings.Cut(dir, "-")
	return number, id, isAll(number, digits) && len(number) <= 4 && isName(id, "-")
}
