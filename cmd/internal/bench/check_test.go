package bench_test

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// byHand asks what steps of the course ask with the docker command, check by
// check, run in the lesson's workspace.
//
// The engine's own part differs much. To read a file an Engine before 23 starts
// a program of its own, which takes it 40 ms whoever asks; for a file in an
// image a container must be made and removed.
var byHand = []struct{ lesson, step, about, script string }{
	{"containers", "environment", "a container, its output", `
info=$(docker container inspect --format '{{.Config.Image}} {{.State.Status}} {{.Config.Env}}' barista)
case "$info" in "busybox:1.37 running "*MENU=latte*) ;; *) exit 1 ;; esac
docker logs barista | grep -qw 'today: latte'
`},
	{"volumes", "share", "two containers, their volumes, output", `
mounted='{{.State.Status}}{{range .Mounts}} {{.Name}}:{{.Destination}}{{end}}'
[ "$(docker container inspect --format "$mounted" ticker)" = "running notes:/data" ]
[ "$(docker container inspect --format "$mounted" tailer)" = "running notes:/inbox" ]
docker logs tailer | grep -qw tick
`},
	{"volumes", "keep", "a volume, a container, a file in it", `
docker volume inspect notes >/dev/null
[ "$(docker container inspect --format '{{.State.Status}} {{.State.ExitCode}}{{range .Mounts}} {{.Name}}:{{.Destination}}{{end}}' writer)" = "exited 0 notes:/data" ]
docker cp writer:/data/memo - | tar -xO | grep -qw hello
`},
	{"containers", "twins", "two containers, a file in each", `
[ "$(docker container inspect --format '{{.Config.Image}} {{.State.Status}}' twin-a)" = "busybox:1.37 running" ]
[ "$(docker container inspect --format '{{.Config.Image}} {{.State.Status}}' twin-b)" = "busybox:1.37 running" ]
docker cp twin-a:/tmp/mine - | tar -xO | grep -qw 'only in a'
! docker cp twin-b:/tmp/mine - >/dev/null 2>&1
`},
	{"dockerfile", "full", "a Dockerfile, its image, two files in it", `
grep -q '^FROM node:24-alpine$' Dockerfile && grep -q '^WORKDIR /usr/src/app$' Dockerfile
grep -q '^RUN npm ' Dockerfile && grep -q '^COPY ' Dockerfile && grep -q '^CMD ' Dockerfile
[ "$(docker image inspect --format '{{.Config.WorkingDir}} {{json .Config.Cmd}}' greeter:1)" = '/usr/src/app ["node","server.js"]' ]
id=$(docker create greeter:1)
docker cp "$id:/usr/src/app/node_modules/greeting/index.js" - >/dev/null
docker cp "$id:/usr/src/app/server.js" - | tar -xO | grep -qw 'first edition'
docker rm "$id" >/dev/null
`},
	{"dockerfile", "cache", "two images, their layers, a file in each", `
has() {
  id=$(docker create "$1")
  docker cp "$id:/usr/src/app/server.js" - | tar -xO | grep -qw "$2"
  docker rm "$id" >/dev/null
}
has greeter:1 'first edition'
has greeter:2 'second edition'
layers='{{range .RootFS.Layers}}{{println .}}{{end}}'
one=$(docker image inspect --format "$layers" greeter:1)
two=$(docker image inspect --format "$layers" greeter:2)
[ "$one" != "$two" ]
[ "$(echo "$one" | sed '$d')" = "$(echo "$two" | sed '$d')" ] # all but the last, that of COPY . .
`},
}

// BenchmarkCheck: a process that checks against a shell script that asks the
// same with the docker command. What the engine alone takes for what naru asks
// is told where that only reads.
func BenchmarkCheck(b *testing.B) {
	p, e := played(b)
	for _, row := range byHand {
		place := row.lesson + "/" + row.step
		hand := process{argv: []string{"sh", "-ec", row.script}, env: p.env, dir: p.workspace(row.lesson)}
		naru := p.naru(b, "check", place)
		contestants := []func() time.Duration{hand.time(b), naru.time(b)}
		host, asked := overhear(b, e)
		process{argv: naru.argv, env: append(slices.Clone(naru.env), "DOCKER_HOST="+host), dir: naru.dir}.run(b)
		reads := !slices.ContainsFunc(asked(), func(line string) bool { return !isReading(line) })
		if reads {
			contestants = append(contestants, timed(bare(b, e, asked())))
		}
		m := medians(b, contestants...)
		alone := ""
		if reads {
			alone = ", engine alone " + short(m[2])
		}
		atLeast("script with docker : naru check, "+row.about, m[0], m[1], alone, 5)
	}
}

func isReading(request string) bool {
	return strings.HasPrefix(request, "GET ") || strings.HasPrefix(request, "HEAD ")
}
