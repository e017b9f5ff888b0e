package play_test

import (
	"context"
	"testing"
	"testing/fstest"
	"time"

	"github.com/naru-lab/naru/cmd/internal/play"
)

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

const volumesKo = `---
title: 볼륨
summary: 남기기
minutes: 5
images: [busybox:1.37, "{{web}}"]
params:
  - {name: port, type: port, default: 8080}
  - {name: web, type: image, default: "nginx:1", platforms: {linux/arm/v7: "nginx:0"}}
owns:
  containers: [spare*, "image:busybox:1.37"]
  images: [hello:*]
---
앞말

## 남기기 {#keep}

{{port}}번

` + "```check" + `
- volume: notes
- container: writer
  volumes: ["notes:/data"]
- network: front
` + "```" + `

` + "```console solution" + `
$ docker volume create notes
` + "```" + `

> [!HINT]
> 하나

> [!HINT]
> 둘

> [!HINT]
> 셋

## 지우기 {#gone}

` + "```check" + `
- container: writer
  state: gone
` + "```" + `

` + "```console solution" + `
$ docker rm writer
` + "```" + `

> [!HINT]
> 하나

> [!HINT]
> 둘

> [!HINT]
> 셋

## 생각 {#think}

` + "```quiz where" + `
어디에?

- [ ] 컨테이너
  > 아니에요
- [x] 볼륨
  > 맞아요
- [ ] 이미지
  > 아니에요
` + "```" + `

` + "```quiz which" + `
무엇과 무엇?

- [x] 하나
  > 네
- [ ] 둘
  > 아니요
- [x] 셋
  > 네
` + "```" + `

## 커널 {#kernel}

` + "```check" + `
- answer: release
  is: "6.1"
` + "```" + `

> [!HINT]
> 하나

> [!HINT]
> 둘

> [!HINT]
> 셋

## 끝 {#end}

끝말
`

const containersKo = `---
title: 컨테이너
summary: 돌리기
minutes: 5
images: [busybox:1.37]
---
## 첫 걸음 {#first}

읽기만

## 파일 {#file}

` + "```check" + `
- path: notes.txt
  contains: hello
` + "```" + `

> [!HINT]
> 하나

> [!HINT]
> 둘

> [!HINT]
> 셋
`

// course is a course of two lessons.
var course = fstest.MapFS{
	"course.yaml":                     file("name: mine\ntitle: {ko: 시험}\nversion: \"1\"\n"),
	"030-containers/ko.md":            file(containersKo),
	"090-volumes/ko.md":               file(volumesKo),
	"090-volumes/files/app.js":        file("console.log(1)\n"),
	"090-volumes/files/site/index.md": file("# hi\n"),
}

// with gives the course with one of its files replaced.
func with(name, text string) fstest.MapFS {
	c := fstest.MapFS{}
	for n, f := range course {
		c[n] = f
	}
	c[name] = file(text)
	return c
}

// opened is a player in a fresh home, on an engine of the test's choice.
func opened(t *testing.T, e play.Engine, change ...func(*play.Config)) *play.Player {
	t.Helper()
	cfg := play.Config{
		Course: course, Dirs: dirsIn(t.TempDir()), Platform: "linux/amd64",
		Engine:    func(context.Context) (play.Engine, error) { return e, nil },
		Listening: func(int) bool { return false },
		Now:       time.Now,
	}
	for _, f := range change {
		f(&cfg)
	}
	p, err := play.Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func at(lesson, step string) play.Place { return play.Place{Lesson: lesson, Step: step} }

func started(t *testing.T, p *play.Player, lesson string) *play.Started {
	t.Helper()
	s, err := p.Start(t.Context(), lesson)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func checked(t *testing.T, p *play.Player, place play.Place) *play.Outcome {
	t.Helper()
	o, err := p.Check(t.Context(), place)
	if err != nil {
		t.Fatal(err)
	}
	return o
}
