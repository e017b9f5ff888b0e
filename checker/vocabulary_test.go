package checker

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// fieldNames lists what may be written below a struct's subject: its yaml
// tags, those of the structs that it takes in among them.
func fieldNames(typ reflect.Type) []string {
	var names []string
	for i := range typ.NumField() {
		f := typ.Field(i)
		if f.Anonymous {
			names = append(names, fieldNames(f.Type)...)
			continue
		}
		if tag := f.Tag.Get("yaml"); tag != "" {
			names = append(names, tag)
		}
		inner := f.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		if inner.Kind() == reflect.Struct && inner.PkgPath() == typ.PkgPath() {
			names = append(names, fieldNames(inner)...)
		}
	}
	return names
}

// section is the part of the package comment on a subject.
func section(t *testing.T, doc, subject string) string {
	t.Helper()
	_, after, ok := strings.Cut(doc, "\n// # "+subject+"\n")
	if !ok {
		t.Fatalf("doc.go has no section on %s", subject)
	}
	before, _, _ := strings.Cut(after, "\n// # ")
	return before
}

// TestDocumented holds the package comment to the vocabulary: every field of
// every subject is in its section.
func TestDocumented(t *testing.T) {
	b, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, subject := range Subjects() {
		text := section(t, string(b), subject)
		for _, field := range fieldNames(reflect.TypeOf(subjects[subject]()).Elem()) {
			if field == "message" {
				text = string(b)
			}
			if !regexp.MustCompile(`[\s{]` + regexp.QuoteMeta(field) + `:`).MatchString(text) {
				t.Errorf("doc.go says nothing of %s in %s", field, subject)
			}
		}
	}
}

// TestDocExamples parses the example in the package comment's first part.
func TestDocExamples(t *testing.T) {
	b, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(b), "asks that the thing is there.\n//\n")
	example, _, _ := strings.Cut(after, "//\n// What is written")
	var src strings.Builder
	for line := range strings.Lines(example) {
		line = strings.TrimPrefix(strings.TrimPrefix(line, "//   "), "//")
		src.WriteString(line)
	}
	checks, issues := Parse([]byte(src.String()))
	if len(checks) != 3 || len(issues) > 0 {
		t.Errorf("the example has %d checks and issues %v:\n%s", len(checks), issues, src.String())
	}
}

// TestMessages holds the catalogue to the code: every field has a label, every
// reason a sentence, and so has every detail and every nearness that the code
// names, in both languages.
func TestMessages(t *testing.T) {
	var ids []string
	for _, subject := range Subjects() {
		ids = append(ids, "subject."+subject)
		for _, field := range judged(t, subject) {
			ids = append(ids, "label."+field)
		}
	}
	for _, subject := range []string{"path", "http", "output"} {
		for _, field := range fieldNames(reflect.TypeFor[content]()) {
			ids = append(ids, "label."+subject+"."+field)
		}
	}
	for _, field := range fieldNames(reflect.TypeFor[imageConfig]()) {
		if !strings.Contains("test interval timeout start_period retries", field) {
			ids = append(ids, "label.image.config."+field)
		}
	}
	for _, r := range []Reason{Missing, Different, Extra, Present, NeverSeen, NotReplaced, NotRunning, Failed, Unreachable, Impostor, Stale, Malformed, Wrong} {
		ids = append(ids, "found.any."+string(r))
	}
	// The vocabulary's own words are said in words of the language.
	for _, state := range containerStates {
		ids = append(ids, "state."+state)
	}
	for _, health := range []string{"healthy", "unhealthy", "starting", "none"} {
		ids = append(ids, "health."+health)
	}
	for _, key := range fieldNames(reflect.TypeFor[selector]()) {
		ids = append(ids, "selector.only."+key, "selector.part."+key)
	}
	details, whys := named(t)
	if len(details) < 60 || len(whys) < 10 {
		t.Fatalf("only %d details and %d ways of nearness were found in the code", len(details), len(whys))
	}
	for _, d := range details {
		ids = append(ids, "detail."+d)
	}
	for _, w := range whys {
		ids = append(ids, "near."+w)
	}
	for _, kind := range []string{"volume", "container", "image"} {
		ids = append(ids, "subject.path-in-"+kind, "detail.no-such-"+kind)
	}
	for _, err := range []string{"refused", "timeout", "reset", "dns", "tls", "malformed"} {
		ids = append(ids, "detail.http-"+err)
	}
	for _, lang := range []string{"ko", "en"} {
		for _, id := range ids {
			if !catalog().Has(lang, id) {
				t.Errorf("%s.yaml lacks %q", lang, id)
			}
		}
		// And nothing stands there that the code doesn't say.
		for _, id := range catalog().IDs(lang) {
			kind, _, _ := strings.Cut(id, ".")
			if (kind == "detail" || kind == "near") && id != "detail.log" && !slices.Contains(ids, id) && !strings.HasPrefix(id, "detail.status-") && id != "detail.no-such-network" {
				t.Errorf("%s.yaml has %q, which nothing says", lang, id)
			}
		}
	}
	if err := catalog().Check(); err != nil {
		t.Error(err)
	}
}

// judged lists the fields that findings name, as "container.volumes".
func judged(t *testing.T, subject string) []string {
	t.Helper()
	var fields []string
	for _, lit := range literals(t, func(*ast.CallExpr) bool { return true }) {
		if strings.HasPrefix(lit, subject+".") && regexp.MustCompile(`^[a-z]+(\.[a-z_]+)+$`).MatchString(lit) && lit != "com.docker.compose.service" {
			fields = append(fields, strings.TrimSuffix(lit, "."))
		}
	}
	if len(fields) == 0 && !slices.Contains([]string{"answer", "output"}, subject) {
		t.Errorf("no finding names a field of %s", subject)
	}
	return fields
}

// named lists the details and ways of nearness that the code names.
func named(t *testing.T) (details, whys []string) {
	t.Helper()
	word := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	for _, lit := range literals(t, func(c *ast.CallExpr) bool {
		sel, ok := c.Fun.(*ast.SelectorExpr)
		return ok && sel.Sel.Name == "explain"
	}) {
		if word.MatchString(lit) {
			details = append(details, lit)
		}
	}
	eachFile(t, func(file *ast.File) {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt: // detail = "…"
				if len(n.Lhs) == 1 {
					if id, ok := n.Lhs[0].(*ast.Ident); ok && id.Name == "detail" {
						if s, ok := stringLiteral(n.Rhs[0]); ok && s != "" {
							details = append(details, s)
						}
					}
				}
			case *ast.ValueSpec: // nearCase = "…"
				for i, name := range n.Names {
					if strings.HasPrefix(name.Name, "near") && i < len(n.Values) {
						if s, ok := stringLiteral(n.Values[i]); ok {
							whys = append(whys, s)
						}
					}
				}
			case *ast.ReturnStmt: // return word, "crlf"
				if len(n.Results) == 2 {
					if s, ok := stringLiteral(n.Results[1]); ok && (s == "crlf" || s == "no-shebang") {
						details = append(details, s)
					}
				}
			}
			return true
		})
	})
	return details, whys
}

// literals lists the strings in the arguments of some calls: as the first
// argument, or as a value of a map there.
func literals(t *testing.T, wanted func(*ast.CallExpr) bool) []string {
	t.Helper()
	var found []string
	eachFile(t, func(file *ast.File) {
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !wanted(call) || len(call.Args) == 0 {
				return true
			}
			for i, arg := range call.Args {
				if s, ok := stringLiteral(arg); ok && (i == 0 || strings.Contains(s, ".")) {
					found = append(found, s)
				}
				if i == 0 {
					ast.Inspect(arg, func(n ast.Node) bool {
						if kv, ok := n.(*ast.KeyValueExpr); ok {
							if s, ok := stringLiteral(kv.Value); ok {
								found = append(found, s)
							}
						}
						return true
					})
				}
			}
			return true
		})
	})
	return found
}

func stringLiteral(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

func eachFile(t *testing.T, visit func(*ast.File)) {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		visit(file)
	}
}
