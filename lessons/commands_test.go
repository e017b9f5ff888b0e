package lessons_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/naru-lab/naru/lessons"
)

func TestCommands(t *testing.T) {
	for _, row := range []struct {
		name string
		text string
		want []string
	}{
		{"none", "hello\n", nil},
		{"one", "$ docker ps\n", []string{"docker ps"}},
		{"without a newline", "$ docker ps", []string{"docker ps"}},
		{"output is left out", "$ a\nout\n\n$ b\nout $ c\n", []string{"a", "b"}},
		{"a prompt alone", "$\n$ \n", []string{""}},
		{"a dollar of the output", "$5\n$ a\n", []string{"a"}},
		{"continued", "$ a \\\n    b \\\n    c\nout\n", []string{"a \\\n    b \\\n    c"}},
		{"an escaped backslash ends no line", "$ a \\\\\nout\n", []string{`a \\`}},
		{"a backslash in single quotes", "$ echo 'a\\'\nout\n", []string{`echo 'a\'`}},
		{"open single quotes", "$ sh -c '\necho a\n$ b'\nout\n", []string{"sh -c '\necho a\n$ b'"}},
		{"open double quotes", "$ echo \"a\nb\"\nout\n", []string{"echo \"a\nb\""}},
		{"an escaped quote", "$ echo it\\'s\nout\n", []string{`echo it\'s`}},
		{"an escaped double quote", "$ echo \"a\\\"b\"\nout\n", []string{`echo "a\"b"`}},
		{"an apostrophe in a comment", "$ a # it's\nout\n", []string{"a # it's"}},
		{"no comment inside a word", "$ a x#'b\nc'\nout\n", []string{"a x#'b\nc'"}},
		{"a here-document", "$ cat > f <<EOF\n$ b\nit's\nEOF\nout\n", []string{"cat > f <<EOF\n$ b\nit's\nEOF"}},
		{"a quoted here-document", "$ cat <<'E F'\nx\nE F\nout\n", []string{"cat <<'E F'\nx\nE F"}},
		{"a here-document with tabs", "$ cat <<-EOF\n\tx\n\tEOF\nout\n", []string{"cat <<-EOF\n\tx\n\tEOF"}},
		{"two here-documents", "$ cat <<A <<B\na\nA\nb\nB\nout\n", []string{"cat <<A <<B\na\nA\nb\nB"}},
		{"a here-document that goes on", "$ cat <<EOF | \\\n  wc\nx\nEOF\nout\n", []string{"cat <<EOF | \\\n  wc\nx\nEOF"}},
		{"a here-string", "$ cat <<< a\nout\n", []string{"cat <<< a"}},
		{"a shift", "$ echo $((1<<2))\nout\n", []string{"echo $((1<<2))"}},
		{"a template", "$ docker ps --format '{{.Names}}'\nout\n", []string{"docker ps --format '{{.Names}}'"}},
		{"an unfinished end", "$ a \\\n", []string{"a \\"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := lessons.Commands(lessons.Block{Lang: "console", Text: row.text})
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			// The renderer's view is the same: as many lines begin a command.
			total, lines := 0, 0
			for _, c := range got {
				total += 1 + count(c, '\n')
			}
			for _, l := range lessons.Lines(row.text) {
				if l.Command {
					lines++
				}
			}
			if total != lines {
				t.Errorf("Commands has %d lines, Lines %d", total, lines)
			}
		})
	}
}

func TestCommandsOfFile(t *testing.T) {
	if got := lessons.Commands(lessons.Block{File: "a", Text: "$ rm\n"}); got != nil {
		t.Errorf("a file has commands: %q", got)
	}
}

func count(s string, c byte) int {
	n := 0
	for i := range len(s) {
		if s[i] == c {
			n++
		}
	}
	return n
}
