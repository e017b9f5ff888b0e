package checker

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"
)

// seeds are the checks of all rows of testdata/verdicts.
func seeds(f testing.TB) [][]byte {
	f.Helper()
	files, err := filepath.Glob("testdata/verdicts/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	var found [][]byte
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		var rows []struct{ Check yaml.Node }
		if err := yaml.Load(b, &rows); err != nil {
			f.Fatal(err)
		}
		for _, r := range rows {
			list := []*yaml.Node{&r.Check}
			if r.Check.Kind == yaml.SequenceNode {
				list = r.Check.Content
			}
			src, err := yaml.Dump(list)
			if err != nil {
				f.Fatal(err)
			}
			found = append(found, src)
		}
	}
	return found
}

// FuzzParse never panics, and every issue has a line.
func FuzzParse(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		checks, issues := Parse(src)
		for _, i := range issues {
			if i.Line < 1 || i.Message == "" {
				t.Errorf("issue %+v", i)
			}
		}
		for _, c := range checks {
			if c.Line < 1 || c.Subject.Kind == "" {
				t.Errorf("check %+v", c)
			}
		}
		Owned(checks)
		// An empty state asks for what it lacks, and fills in nothing.
		compare(checks, &State{})
	})
}

// FuzzCompare holds checks against states made at random, in which whatever is
// asked for is there: it never panics, comes to an end, changes nothing, says
// the same twice, and can say what it found.
func FuzzCompare(f *testing.F) {
	for i, s := range seeds(f) {
		f.Add(s, uint64(i))
	}
	f.Fuzz(func(t *testing.T, src []byte, seed uint64) {
		checks, _ := Parse(src)
		if len(checks) > 20 {
			checks = checks[:20]
		}
		st, err := randomState(checks, seed)
		if err != nil {
			t.Fatal(err)
		}
		before, err := json.Marshal(st)
		if err != nil {
			t.Fatal(err)
		}
		rep := Compare(checks, st)
		after, err := json.Marshal(st)
		if err != nil {
			t.Fatal(err)
		}
		if string(before) != string(after) {
			t.Error("comparing changed the state")
		}
		if again := Compare(checks, st); !reflect.DeepEqual(rep, again) {
			t.Error("comparing again says something else")
		}
		for _, res := range rep.Results {
			if res.Passed != (len(res.Findings) == 0 && !res.Waiting) {
				t.Errorf("%v: passed %v with findings %v", res.Subject, res.Passed, res.Findings)
			}
			for _, f := range res.Findings {
				if f.Say("ko") == "" || f.Say("en") == "" {
					t.Errorf("%+v can't be said", f)
				}
			}
		}
	})
}

// randomState looks at a world made at random until nothing more is asked.
func randomState(checks []Check, seed uint64) (*State, error) {
	rnd := rand.New(rand.NewPCG(seed, seed))
	st := &State{Taken: time.Unix(1e9, 0).UTC(), Workspace: "/home/me/naru", Evidence: []Evidence{}, Answers: map[string]string{}}
	for _, name := range []string{"Containers", "Images", "Histories", "Volumes", "Networks", "Changes", "Processes", "Logs", "Paths", "Layers", "Responses"} {
		m := reflect.ValueOf(st).Elem().FieldByName(name)
		m.Set(reflect.MakeMap(m.Type()))
	}
	for range rounds {
		_, needs := compare(checks, st)
		if len(needs) == 0 {
			break
		}
		for _, f := range needs {
			answer(st, f, rnd)
		}
	}
	return st, nil
}

// answer brings one fact, made at random; one in four things isn't there.
func answer(st *State, f Fact, rnd *rand.Rand) {
	fields := map[string]string{
		FactContainer: "Containers", FactImage: "Images", FactHistory: "Histories", FactVolume: "Volumes",
		FactNetwork: "Networks", FactChanges: "Changes", FactProcesses: "Processes", FactLogs: "Logs", FactHTTP: "Responses",
		FactContainers: "ContainerList", FactImages: "ImageList", FactVolumes: "VolumeList", FactNetworks: "NetworkList",
		FactRecent: "Recent", FactLayers: "Layers", FactEvents: "Events", FactEngine: "Engine", FactHost: "Host", FactPath: "Paths",
	}
	v := reflect.ValueOf(st).Elem().FieldByName(fields[f.Kind])
	switch v.Kind() {
	case reflect.Map:
		value := reflect.New(v.Type().Elem()).Elem()
		if rnd.IntN(4) > 0 {
			fill(value, rnd, f.Name)
		}
		key := reflect.ValueOf(f.Name)
		if f.Kind == FactPath || f.Kind == FactLayers {
			key = reflect.ValueOf(PathKey{In: f.In, Path: f.Name})
		}
		v.SetMapIndex(key, value)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		fill(v, rnd, "")
	default:
		fill(v, rnd, "")
	}
}

var randomWords = []string{
	"", "web", "notes", "note", "front", "nginx:1.28-alpine", "busybox", "running", "exited", "created", "restarting",
	"/data", "/data/memo", "volume", "bind", "80/tcp", "0.0.0.0", "tcp", "sh", "-c", "hello", "a\r", "\x00", "안녕", "CMD",
	"file", "directory", "destroy", "die", "container", "0", "sha256:1", "/bin/sh -c #(nop) COPY dir:1 in /", "RUN npm ci", "FROM node\nRUN x\n",
}

// fill puts something into a value, whatever it is; name is what an object
// that is looked for by name bears.
func fill(v reflect.Value, rnd *rand.Rand, name string) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), rnd, name)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Unix(1e9-rnd.Int64N(1e4), 0).UTC()))
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).Name == "Name" && name != "" {
				v.Field(i).SetString(name)
				continue
			}
			fill(v.Field(i), rnd, "")
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte(randomWords[rnd.IntN(len(randomWords))]))
			return
		}
		s := reflect.MakeSlice(v.Type(), rnd.IntN(4), 4)
		for i := range s.Len() {
			fill(s.Index(i), rnd, "")
		}
		v.Set(s)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range rnd.IntN(3) {
			e := reflect.New(v.Type().Elem()).Elem()
			fill(e, rnd, "")
			v.SetMapIndex(reflect.ValueOf(randomWords[rnd.IntN(len(randomWords))]), e)
		}
	case reflect.String:
		v.SetString(randomWords[rnd.IntN(len(randomWords))])
	case reflect.Bool:
		v.SetBool(rnd.IntN(2) == 0)
	case reflect.Int, reflect.Int64:
		v.SetInt([]int64{0, 0, 1, 80, 127, 137, 8080, -1}[rnd.IntN(8)])
	case reflect.Uint32:
		v.SetUint(rnd.Uint64N(0o7777))
	case reflect.Float64:
		v.SetFloat(float64(rnd.IntN(4)) / 2)
	default:
		panic("no way to make a " + v.Type().String())
	}
}
