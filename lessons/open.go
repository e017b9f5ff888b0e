package lessons

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"sync"

	yaml "go.yaml.in/yaml/v4"

	"github.com/naru-lab/naru/lessons/markdown"
)

// courseFile is where a course tells its name, beside the lessons.
const courseFile = "course.yaml"

// languages are those that a lesson may be written in, the original first.
var languages = []Lang{Korean, English}

// Open reads a course's name and the front matter of its lessons. What authors
// got wrong there is returned as Errors, all at once; what a lesson that is
// still being written may lack is left to Lint.
func Open(fsys fs.FS) (*Course, error) {
	c, errs := open(fsys)
	if err := errs.sorted(true).orNil(); err != nil {
		return nil, err
	}
	return c, nil
}

func open(fsys fs.FS) (*Course, Errors) {
	c := &Course{Name: "naru", Title: Text{}, fsys: fsys, parser: sync.OnceValue(markdown.New)}
	var errs Errors
	c.readCourse(&errs)
	dirs, err := fs.ReadDir(fsys, ".")
	if err != nil {
		errs.add(Position{File: "."}, "reading the course: %v", err)
	}
	for _, d := range dirs {
		if d.IsDir() && !strings.HasPrefix(d.Name(), ".") {
			c.readEntry(d.Name(), &errs)
		}
	}
	slices.SortStableFunc(c.Entries, func(a, b Entry) int { return a.Number - b.Number })
	byID, byNumber := map[string]string{}, map[int]string{}
	for _, e := range c.Entries {
		if other, ok := byID[e.ID]; ok {
			errs.add(Position{e.file(Korean), 1}, "the lesson %q is in %s already", e.ID, other)
		}
		if other, ok := byNumber[e.Number]; ok {
			errs.add(Position{e.file(Korean), 1}, "the number %d is taken by %s", e.Number, other)
		}
		byID[e.ID], byNumber[e.Number] = e.Dir, e.Dir
	}
	return c, errs
}

func (c *Course) readCourse(errs *Errors) {
	src, err := fs.ReadFile(c.fsys, courseFile)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		errs.add(Position{File: courseFile}, "reading: %v", err)
		return
	}
	f := fields{file: courseFile, errs: errs}
	root := f.load(src)
	if root == nil {
		return
	}
	f.mapping(root, courseFile,
		field{"name", func(n *yaml.Node) {
			s, ok := f.text(n, "name")
			if ok && !isName(s, "_-") {
				f.errs.add(f.at(n), "the name %q must be small letters, digits, - and _, a letter first", s)
			} else if ok {
				c.Name = s
			}
		}},
		field{"title", func(n *yaml.Node) { c.Title = f.textByLang(n, "title") }},
		field{"version", func(n *yaml.Node) { c.Version, _ = f.text(n, "version") }},
	)
	for _, l := range languages {
		if c.Title[l] != "" {
			c.Langs = append(c.Langs, l)
		}
	}
}

// readEntry reads the front matter of one lesson. A directory without ko.md is
// no lesson.
func (c *Course) readEntry(dir string, errs *Errors) {
	e := Entry{Dir: dir, Title: Text{}, Summary: Text{}}
	for _, lang := range languages {
		file := e.file(lang)
		front, err := readFront(c.fsys, file)
		switch {
		case errors.Is(err, fs.ErrNotExist) && lang == Korean:
			return
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			errs.add(Position{file, 1}, "%v", err)
		}
		e.Langs = append(e.Langs, lang)
		f := fields{file: file, skip: 1, errs: errs}
		switch {
		case err != nil:
		case lang == Korean:
			f.readOriginal(front, &e)
		default:
			f.readTranslation(front, lang, &e)
		}
	}
	number, id, ok := splitDir(dir)
	if !ok {
		errs.add(Position{e.file(Korean), 1}, "the directory %q must be named as in \"090-volumes\": a number and an id", dir)
		return
	}
	e.Number, _ = strconv.Atoi(number) // four digits at most
	e.ID = id
	c.Entries = append(c.Entries, e)
}

func (e Entry) file(l Lang) string { return e.Dir + "/" + string(l) + ".md" }

const (
	frontMark = "---"
	frontMax  = 64 << 10 // bytes; more is surely a forgotten closing line
)

var (
	errNoFront   = errors.New(`the file must begin with front matter: YAML between two lines "---"`)
	errOpenFront = errors.New(`the front matter has no closing line "---"`)
)

// readFront reads a file's front matter and no further.
func readFront(fsys fs.FS, name string) ([]byte, error) {
	file, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("opening: %w", err)
	}
	defer func() { _ = file.Close() }() // it was only read
	buf := make([]byte, 0, 2048)
	for {
		n, err := file.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		front, body, ferr := splitFront(buf)
		whole := ferr == nil && (len(body) > 0 || bytes.HasSuffix(buf, []byte("\n")))
		if whole || errors.Is(err, io.EOF) || len(buf) > frontMax {
			return front, ferr
		}
		if err != nil {
			return nil, fmt.Errorf("reading: %w", err)
		}
		if len(buf) == cap(buf) {
			buf = slices.Grow(buf, cap(buf))
		}
	}
}

// splitFront cuts a file into its front matter and its body. Both lines of
// the mark belong to neither.
func splitFront(src []byte) (front, body []byte, err error) {
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	first, rest, _ := bytes.Cut(src, []byte("\n"))
	if string(bytes.TrimRight(first, " \t\r")) != frontMark {
		return nil, src, errNoFront
	}
	for at := 0; at < len(rest); {
		line, after, found := bytes.Cut(rest[at:], []byte("\n"))
		if string(bytes.TrimRight(line, " \t\r")) == frontMark {
			return rest[:at], after, nil
		}
		if !found {
			break
		}
		at += len(line) + 1
	}
	return nil, nil, errOpenFront
}

// normalized makes lines end in LF alone, as git on Windows may have changed
// them.
func normalized(src []byte) []byte {
	if !bytes.Contains(src, []byte("\r\n")) {
		return src
	}
	return bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
}
