package play

import "strings"

// nearest is the name that is most like what was typed, when one is like it
// enough: a beginning of it, or at most a third of its letters off.
func nearest(typed string, names []string) string {
	typed = strings.ToLower(typed)
	best, least := "", len(typed)/3+1
	for _, name := range names {
		if len(typed) >= 2 && strings.HasPrefix(name, typed) {
			return name
		}
		if d := distance(typed, name); d <= least && (d < least || best == "") {
			best, least = name, d
		}
	}
	return best
}

// distance counts the letters to insert, leave out, change or swap with their
// neighbour to make one word of another (optimal string alignment).
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	rows := make([][]int, len(x)+1)
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			change := rows[i-1][j-1]
			if x[i-1] != y[j-1] {
				change++
			}
			rows[i][j] = min(change, rows[i-1][j]+1, rows[i][j-1]+1)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(x)][len(y)]
}
