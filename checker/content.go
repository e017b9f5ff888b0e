package checker

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"path"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// content is what may be asked of a text: a file, a log, a page.
type content struct {
	Equals   *string  `yaml:"equals"`
	Contains []string `yaml:"contains"`
	Matches  []string `yaml:"matches"`
	Lacks    []string `yaml:"lacks"`
}

func (c *content) asked() bool {
	return c.Equals != nil || len(c.Contains)+len(c.Matches)+len(c.Lacks) > 0
}

func (c *content) validate() []error {
	var errs []error
	for _, m := range c.Matches {
		if _, err := regexp.Compile("(?m)" + m); err != nil {
			errs = append(errs, fieldErrorf("matches", "%q is not a regular expression: %w", m, errors.Unwrap(err)))
		}
	}
	for field, texts := range map[string][]string{"contains": c.Contains, "lacks": c.Lacks} {
		for _, t := range texts {
			if t == "" {
				errs = append(errs, fieldErrorf(field, "it is empty: it would ask for nothing"))
			}
		}
	}
	return errs
}

// judge judges a text. Line endings don't count, nor what is at the end of the
// last line: line_endings asks for them.
func (c *content) judge(r *verdict, s Subject, field, have string) {
	have = strings.ReplaceAll(have, "\r\n", "\n")
	if c.Equals != nil {
		want := strings.TrimRight(strings.ReplaceAll(*c.Equals, "\r\n", "\n"), "\n")
		if got := strings.TrimRight(have, "\n"); got != want {
			f := r.add(s, field+".equals", Different, want, excerpt(got))
			switch {
			case got == "":
				f.explain("empty")
			case strings.EqualFold(got, want):
				f.explain("letter-case")
			case strings.Join(strings.Fields(got), " ") == strings.Join(strings.Fields(want), " "):
				f.explain("white-space")
			}
		}
	}
	for _, want := range c.Contains {
		if hasWhole(have, want) {
			continue
		}
		f := r.add(s, field+".contains", Missing, want, excerpt(have))
		switch {
		case strings.TrimSpace(have) == "":
			f.explain("empty")
		case strings.Contains(have, want):
			f.explain("part-of-longer")
			f.Got = around(have, want)
		case strings.Contains(strings.ToLower(have), strings.ToLower(want)):
			f.explain("letter-case")
		}
	}
	for _, want := range c.Matches {
		if re, err := regexp.Compile("(?m)" + want); err == nil && !re.MatchString(have) {
			f := r.add(s, field+".matches", Missing, want, excerpt(have))
			if strings.TrimSpace(have) == "" {
				f.explain("empty")
			}
		}
	}
	for _, bad := range c.Lacks {
		if hasWhole(have, bad) {
			r.add(s, field+".lacks", Extra, bad, around(have, bad))
		}
	}
}

// hasWhole reports whether a text has another one in it, whole: "web" is in
// "my web", not in "webs". Hangul, Han and Kana are written on without a space
// before a particle, and end no word.
func hasWhole(text, want string) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], want)
		if i < 0 {
			return false
		}
		start, end := from+i, from+i+len(want)
		if !joined(text[:start], want) && !joined(want, text[end:]) {
			return true
		}
		_, size := utf8.DecodeRuneInString(text[start:])
		from = start + max(size, 1)
		if from > len(text) {
			return false
		}
	}
}

// joined reports whether a word goes on from the end of a to the beginning of b.
func joined(a, b string) bool {
	last, _ := utf8.DecodeLastRuneInString(a)
	first, _ := utf8.DecodeRuneInString(b)
	return inWord(last) && inWord(first)
}

func inWord(c rune) bool {
	if c == utf8.RuneError || unicode.In(c, unicode.Hangul, unicode.Han, unicode.Hiragana, unicode.Katakana) {
		return false
	}
	return c == '_' || unicode.IsLetter(c) || unicode.IsDigit(c)
}

// excerpt is the beginning of a text, for a finding.
func excerpt(s string) string {
	s = strings.TrimRight(s, "\n")
	if !utf8.ValidString(s) {
		return "(binary)"
	}
	const lines, letters = 5, 300
	if parts := strings.SplitAfterN(s, "\n", lines+1); len(parts) > lines {
		s = strings.Join(parts[:lines], "") + "…"
	}
	if r := []rune(s); len(r) > letters {
		s = string(r[:letters]) + "…"
	}
	return s
}

// around is the line of a text that has a word in it.
func around(s, word string) string {
	i := strings.Index(s, word)
	if i < 0 {
		return ""
	}
	start := strings.LastIndexByte(s[:i], '\n') + 1
	end := len(s)
	if j := strings.IndexByte(s[i+len(word):], '\n'); j >= 0 {
		end = i + len(word) + j
	}
	return excerpt(s[start:end])
}

// maxEntries bounds how many names are read of an archive.
const maxEntries = 10_000

// archiveEntries lists a .tar or a .tar.gz, without "./" and end slashes. One
// that was cut off gives what it has.
func archiveEntries(b []byte) ([]string, error) {
	var in io.Reader = bytes.NewReader(b)
	if bytes.HasPrefix(b, []byte{0x1f, 0x8b}) {
		zip, err := gzip.NewReader(in)
		if err != nil {
			return nil, err
		}
		in = io.LimitReader(zip, 256<<20)
	}
	var names []string
	for t := tar.NewReader(in); len(names) < maxEntries; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			if len(names) == 0 && len(b) < 512 {
				return nil, errors.New("reading archive: it is no archive")
			}
			return names, nil
		}
		if err != nil {
			if len(names) == 0 {
				return nil, err
			}
			return names, nil // cut off: what was read counts
		}
		if name := strings.Trim(path.Clean("/"+h.Name), "/"); name != "" {
			names = append(names, name)
		}
	}
	return names, nil
}
