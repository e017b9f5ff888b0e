package checker

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// The ways in which a thing comes near to what was wanted: message ids of the
// catalogue, below "near".
const (
	nearCase        = "case"          // upper and lower case differ
	nearSeparator   = "separator"     // - _ . differ
	nearOneLetter   = "one-letter"    // one letter is other, missing, too many, or two are exchanged
	nearSimilar     = "similar"       // a few letters differ
	nearComposeName = "compose-named" // Compose put its project's name before it
	nearExtended    = "extended"      // the wanted name is a part of it
	nearSameImage   = "same-image"    // a container of the right image under another name
	nearOtherTag    = "other-tag"     // the image under another tag
	nearUntagged    = "untagged"      // an image that was built without a name
	nearOtherKind   = "other-kind"    // the name belongs to an object of another kind
	nearHoldsPort   = "holds-port"    // another container publishes the port
	nearPublishes   = "publishes"     // a container that publishes another port
	nearThere       = "there"         // what stands in the wanted place
	nearRenamed     = "renamed"       // the object itself, under another name
	nearRemoved     = "removed"       // it was there, and was removed
	nearRemovedSelf = "removed-self"  // it ended and removed itself (--rm)
)

// kinName tells how a name comes near to a wanted one, and how far off it is
// (0 is nearest). An empty word: it doesn't.
func kinName(want, got string) (why string, far int) {
	switch {
	case want == got || want == "" || got == "":
		return "", 0
	case strings.EqualFold(want, got):
		return nearCase, 0
	case sameUnseparated(want, got):
		return nearSeparator, 1
	}
	a, b := strings.ToLower(want), strings.ToLower(got)
	m, n := utf8.RuneCountInString(a), utf8.RuneCountInString(b)
	if m-n <= 3 && n-m <= 3 { // else no small distance is possible
		switch dist := distance(a, b); {
		case dist == 1 && max(m, n) >= 3:
			return nearOneLetter, 2
		case dist == 2 && min(m, n) >= 4, dist == 3 && min(m, n) >= 8:
			return nearSimilar, 2 + dist
		}
	}
	if composeNamed(want, got) {
		return nearComposeName, 3
	}
	if len(want) >= 3 && slices.Contains(strings.FieldsFunc(b, isSeparator), a) ||
		len(got) >= 3 && slices.Contains(strings.FieldsFunc(a, isSeparator), b) {
		return nearExtended, 7
	}
	if len(want) >= 3 && strings.HasPrefix(b, a) && strings.Trim(b[len(a):], "0123456789") == "" {
		return nearExtended, 6 // web, web1
	}
	return "", 0
}

func isSeparator(c rune) bool { return c == '-' || c == '_' || c == '.' || c == '/' }

// composeNamed reports whether Compose would make got of want: project-web-1,
// project_web_1 (Compose v1), project_notes.
func composeNamed(want, got string) bool {
	for _, sep := range []string{"-", "_"} {
		name := got
		if i := strings.LastIndex(name, sep); i > 0 && strings.Trim(name[i+1:], "0123456789") == "" {
			name = name[:i]
		}
		if strings.HasSuffix(name, sep+want) {
			return true
		}
	}
	return false
}

func sameUnseparated(a, b string) bool {
	// Most names differ in more than their separators; that is seen at once.
	d := len(a) - len(b)
	if d < 0 {
		d = -d
	}
	return d <= strings.Count(a, "-")+strings.Count(a, "_")+strings.Count(a, ".")+strings.Count(a, "/")+
		strings.Count(b, "-")+strings.Count(b, "_")+strings.Count(b, ".")+strings.Count(b, "/") && unseparated(a) == unseparated(b)
}

func unseparated(s string) string {
	return strings.Map(func(c rune) rune {
		if isSeparator(c) {
			return -1
		}
		return c
	}, strings.ToLower(s))
}

// distance is the Damerau-Levenshtein distance (optimal string alignment): how
// many letters must be put in, taken out, changed, or exchanged with the next.
func distance(s, t string) int {
	a, b := []rune(s), []rune(t)
	if len(a) > 128 || len(b) > 128 {
		return max(len(a), len(b)) // no name that anybody mistypes
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// nearestWord finds the word that comes nearest to one that isn't known.
func nearestWord(word string, known []string) string {
	best, bestFar := "", 0
	for _, k := range known {
		why, far := kinName(k, word)
		if why != "" && (best == "" || far < bestFar) {
			best, bestFar = k, far
		}
	}
	return best
}

// rival is something that may come near.
type rival struct {
	subject Subject
	name    string // what is compared
	created time.Time
	why     string
	far     int
}

// near is a rival as a finding carries it.
func (r rival) near() Near { return Near{Subject: r.subject, Why: r.why, Since: r.created} }

// nearest picks the rival that comes nearest. Among equals it prefers what
// came since the lesson's start, then the newest, then the first by name.
func (v *view) nearest(rivals []rival) Near {
	rivals = slices.DeleteFunc(slices.Clone(rivals), func(r rival) bool { return r.why == "" })
	if len(rivals) == 0 {
		return Near{}
	}
	best := slices.MinFunc(rivals, func(a, b rival) int {
		if a.far != b.far {
			return a.far - b.far
		}
		if c := b.created.Compare(a.created); c != 0 {
			return c // newest first; that puts what came since the start first, too
		}
		return strings.Compare(a.subject.Name, b.subject.Name)
	})
	return best.near()
}

// nearestName picks the name that comes nearest to a wanted one.
func (v *view) nearestName(want string, rivals []rival) Near {
	for i := range rivals {
		rivals[i].why, rivals[i].far = kinName(want, rivals[i].name)
	}
	return v.nearest(rivals)
}
