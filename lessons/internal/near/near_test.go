package near_test

import (
	"testing"

	"github.com/naru-lab/naru/lessons/internal/near"
)

func TestWord(t *testing.T) {
	known := []string{"image", "images", "title", "summary", "run", "solution", "mistake", "id"}
	for _, row := range []struct{ got, want string }{
		{"imgae", "image"},
		{"imgaes", "images"},
		{"titel", "title"},
		{"Title", "title"},
		{"runn", "run"},
		{"ru", "run"},
		{"solutoin", "solution"},
		{"mistakes", "mistake"},
		{"xyz", ""},
		{"", ""},
		{"볼륨", ""},
		{"i", "id"},
		{"a", ""},
	} {
		if got := near.Word(row.got, known); got != row.want {
			t.Errorf("Word(%q) = %q, want %q", row.got, got, row.want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, row := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"a", "", 1},
		{"note", "notes", 1},
		{"imgae", "image", 1},
		{"볼륨", "볼름", 1},
		{"kitten", "sitting", 3},
	} {
		if got := near.Distance(row.a, row.b); got != row.want {
			t.Errorf("Distance(%q, %q) = %d, want %d", row.a, row.b, got, row.want)
		}
		if got := near.Distance(row.b, row.a); got != row.want {
			t.Errorf("Distance(%q, %q) = %d, want %d", row.b, row.a, got, row.want)
		}
	}
}
