package checker_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/naru-lab/naru/checker"
)

// TestParseIssues writes checks as authors miswrite them; every issue has its
// line, and all are told at once.
func TestParseIssues(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"not a list", "container: web", `1: a check block is a list`},
		{"nothing", " \n", `1: there are no checks`},
		{"YAML that is none", "- container: [web", `2: did not find expected`},
		{"an unknown field", "- container: web\n  imgae: nginx", `2: unknown field "imgae" of container (did you mean "image"?)`},
		{"an unknown subject", "- contaner: web", `1: unknown subject "contaner" (did you mean "container"?)`},
		{"no subject", "- state: running", `1: a check needs a subject`},
		{"a field of another subject", "- volume: notes\n  contains: hello", `2: unknown field "contains" of volume (it is one of http, output, path)`},
		{"twice", "- container: web\n  state: running\n  state: exited", `3: field "state" is written twice (first in line 2)`},
		{"an unknown state", "- container: web\n  state: runnig", `2: state: unknown state "runnig" (did you mean "running"?)`},
		{"a code without exited", "- container: web\n  state: running 0", `2: state: "running 0": only exited has a code`},
		{"a code too large", "- container: web\n  state: exited 256", `2: state: "exited 256"`},
		{"no image reference", "- container: web\n  image: Nginx", `2: "Nginx" is not an image reference`},
		{"no port", "- container: web\n  ports: [\"80:http\"]", `2: ports: "80:http" is not HOST:CONTAINER`},
		{"a long port", "- container: web\n  ports:\n  - {target: 80, publish: 8080}", `3: unknown field "publish" of ports (did you mean "published"?)`},
		{"an empty list", "- container: web\n  ports: []", `2: ports: the list is empty`},
		{"a relative target", "- container: web\n  volumes: [\"notes:data\"]", `2: volumes: "notes:data" is not SOURCE:/PATH`},
		{"an unknown mode", "- container: web\n  volumes: [\"notes:/data:r\"]", `2: volumes: unknown mode "r"`},
		{"no size", "- container: web\n  mem_limit: much", `2: "much" is not a size`},
		{"no duration", "- container: db\n  healthcheck: {interval: 10}", `2: "10" is not a duration`},
		{"an open quote", "- container: web\n  command: sh -c 'x", `2: "sh -c 'x": a quote is not closed`},
		{"a restart policy", "- container: web\n  restart: allways", `2: restart: unknown policy "allways" (did you mean "always"?)`},
		{"retries of another policy", "- container: web\n  restart: always:3", `2: restart: "always:3": only on-failure`},
		{"more of what is gone", "- container: web\n  state: gone\n  image: nginx", `2: state: nothing else can be asked`},
		{"count of one name", "- container: web\n  count: 2", `2: count: one name is one container`},
		{"an unknown selector", "- container: {naem: web}", `1: unknown field "naem" of container (did you mean "name"?)`},
		{"an empty selector", "- container: {}", `1: container: which one?`},
		{"no name", "- volume: my notes", `1: volume: "my notes" can't be a name`},
		{"neither true nor false", "- container: web\n  tty: maybe", `2: tty: "maybe" is neither true nor false`},
		{"no number", "- container: web\n  restarts: often", `2: restarts: "often" is not a whole number`},
		{"an alias", "- volume: &x notes\n- volume: *x", `2: anchors and aliases can't be used`},
		{"a path outside", "- path: ../secret", `1: path: "../secret": a path without "in" is in the workspace`},
		{"an absolute path in the workspace", "- path: /etc/passwd", `1: path: "/etc/passwd": a path without "in"`},
		{"a relative path in a volume", "- path: memo\n  in: {volume: notes}", `1: path: "memo": a path in a volume starts with "/"`},
		{"two places", "- path: /memo\n  in: {volume: notes, container: web}", `2: in: exactly one of`},
		{"no regular expression", "- path: memo\n  matches: \"[\"", `2: matches: "[" is not a regular expression`},
		{"no mode", "- path: memo\n  mode: rw", `2: mode: "rw" is not a mode in octal`},
		{"an owner by name", "- path: memo\n  owner: node", `2: owner: "node" is not an owner by number`},
		{"no instruction", "- dockerfile: Dockerfile\n  instructions: [\"RAN npm ci\"]", `2: instructions: "RAN npm ci": there is no instruction RAN (did you mean "RUN"?)`},
		{"a bare instruction", "- dockerfile: Dockerfile\n  instructions: [CMD]", `2: instructions: "CMD": an instruction needs words after CMD; write … for any`},
		{"no form", "- dockerfile: Dockerfile\n  form: {CMD: json}", `2: form: "json" is neither exec nor shell`},
		{"no address", "- http: localhost:8080", `1: http: "localhost:8080" is not an address`},
		{"from elsewhere", "- http: http://example.org/\n  from: web", `2: from: a container's published port is reached on localhost`},
		{"refused, and an answer", "- http: http://localhost/\n  refused: true\n  status: 200", `2: refused: nothing else can be asked`},
		{"output of nothing", "- output: web", `1: output: it asks for nothing`},
		{"an unknown stream", "- output: web\n  contains: x\n  stream: sterr", `3: stream: "sterr" is none of stdout, stderr, both (did you mean "stderr"?)`},
		{"no answer", "- answer: q", `1: is: what is the right answer?`},
		{"an unknown question", "- answer: q\n  is: {engine: kernal}", `2: is: engine: "kernal" is none of`},
		{"one language", "- volume: notes\n  message: {ko: 안녕}", `2: message: the sentence in "en" is missing`},
		{"no version", "- engine: {version: new}", `1: "new" is not a version`},
		{"no layers", "- image: a\n  shares: {with: b}", `2: shares: it wants`},
		{"all at once", "- container: web\n  a: b\n  state: x\n- volme: x", "2: unknown field \"a\" of container\n3: state: unknown state \"x\"; there are running, created, paused, restarting, exited, dead, absent, gone, present, and \"exited 0\" with a code\n4: unknown subject \"volme\" (did you mean \"volume\"?)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, issues := checker.Parse([]byte(tt.src))
			var lines []string
			for _, i := range issues {
				lines = append(lines, i.String())
			}
			if got := strings.Join(lines, "\n"); len(issues) == 0 || !strings.HasPrefix(got, tt.want) {
				t.Errorf("issues:\n%s\nwant:\n%s", got, tt.want)
			}
		})
	}
}

// TestParseKeeps the checks that are right beside those that aren't.
func TestParseKeepsTheRest(t *testing.T) {
	checks, issues := checker.Parse([]byte("- volume: notes\n- volme: x\n- container: web\n"))
	if len(checks) != 2 || len(issues) != 1 {
		t.Fatalf("%d checks and %d issues, want 2 and 1", len(checks), len(issues))
	}
	if checks[1].Line != 3 || checks[1].Subject.String() != "container web" {
		t.Errorf("the second check is %v in line %d", checks[1].Subject, checks[1].Line)
	}
}

func TestOwned(t *testing.T) {
	checks, issues := checker.Parse([]byte(`
- volume: notes
- container: writer
  image: busybox
  volumes: ["notes:/data", "cache:/cache", "./site:/site", "/anonymous"]
  networks: [front, bridge]
- container: {name: "web*", image: nginx}
- container: {image: hello-world}
- image: hello:1.0
  from: node
- path: /memo
  in: {volume: backup}
- output: reader
  contains: x
- http: http://localhost/
  from: api
- network: front
  containers: [db]
`))
	if len(issues) > 0 {
		t.Fatal(issues)
	}
	var got []string
	for _, s := range checker.Owned(checks) {
		got = append(got, s.String())
	}
	want := []string{
		"container api", "container db", "container reader", "container web*", "container writer",
		"image hello:1.0", "network front", "volume backup", "volume cache", "volume notes",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Owned (-want +got):\n%s", diff)
	}
}

func TestSubjectSay(t *testing.T) {
	tests := []struct {
		subject checker.Subject
		ko, en  string
	}{
		{checker.Subject{Kind: "container", Name: "writer"}, "컨테이너 writer", "container writer"},
		{checker.Subject{Kind: "volume", Name: "notes"}, "볼륨 notes", "volume notes"},
		{checker.Subject{Kind: "path", Name: "/data/memo in volume notes"}, "볼륨 notes 안의 /data/memo", "/data/memo in volume notes"},
		{checker.Subject{Kind: "path", Name: "memo"}, "작업 폴더의 memo", "memo in the workspace"},
		{checker.Subject{Kind: "engine"}, "Docker 엔진", "the Docker Engine"},
		{checker.Subject{Kind: "output", Name: "writer"}, "컨테이너 writer의 출력", "the output of container writer"},
	}
	for _, tt := range tests {
		if got := tt.subject.Say("ko"); got != tt.ko {
			t.Errorf("%v in ko: %q, want %q", tt.subject, got, tt.ko)
		}
		if got := tt.subject.Say("en"); got != tt.en {
			t.Errorf("%v in en: %q, want %q", tt.subject, got, tt.en)
		}
	}
}
