// Package near finds the word that an author most likely meant.
package near

import (
	"strings"
	"unicode/utf8"
)

// Word is the word that comes nearest to got, or "" when none comes near: at
// most a third of the letters, and never more than two, may be wrong. Two
// neighbouring letters that changed places count as one mistake.
func Word(got string, known []string) string {
	best, bestDist := "", 3
	for _, w := range known {
		if w == got {
			continue
		}
		d := Distance(strings.ToLower(got), strings.ToLower(w))
		letters := max(utf8.RuneCountInString(got), utf8.RuneCountInString(w))
		if d > 2 || d > 1 && 3*d > letters || d == letters {
			continue
		}
		if d < bestDist {
			best, bestDist = w, d
		}
	}
	return best
}

// Hint is ` (did you mean "word"?)`, or "" when no known word comes near.
func Hint(got string, known []string) string {
	if w := Word(got, known); w != "" {
		return ` (did you mean "` + w + `"?)`
	}
	return ""
}

// Distance is the number of letters to insert, remove, change or swap with
// their neighbour to make one word of the other (optimal string alignment).
// Words longer than 64 letters are only told apart.
func Distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	if len(s) > 64 || len(t) > 64 {
		if a == b {
			return 0
		}
		return max(len(s), len(t))
	}
	prev2 := make([]int, len(t)+1)
	prev := make([]int, len(t)+1)
	cur := make([]int, len(t)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(s); i++ {
		cur[0] = i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				cur[j] = min(cur[j], prev2[j-2]+1)
			}
		}
		prev2, prev, cur = prev, cur, prev2
	}
	return prev[len(t)]
}
