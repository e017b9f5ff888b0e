// Package lessons reads a course of lessons from a file system: their front
// matter, steps, blocks, questions and translations. It knows markdown and
// nothing of Docker: what a check says is the vocabulary of package checker.
//
// This comment is the format's specification.
//
// # A course
//
// A course is a directory with one directory per lesson:
//
//	course.yaml
//	010-environment/ko.md
//	010-environment/en.md
//	010-environment/files/…
//	090-volumes/ko.md
//
// A lesson's directory is named by a number of one to four digits, which only
// orders the lessons, a hyphen, and the lesson's id: small letters, digits and
// hyphens, a letter first. Directories without ko.md are no lessons. No two
// lessons share a number or an id.
//
// The original, ko.md, is in Korean and holds everything. A translation, en.md,
// holds words only: it inherits checks, solutions, mistakes and all of the
// front matter but title and summary. files, if there, is what a learner starts
// from: it is copied into the workspace as it is, and never over a learner's
// own file.
//
// course.yaml may be left out. It knows three fields:
//
//	name: naru                       # small letters, digits, - and _
//	title: {ko: 나루, en: naru}       # the course's languages: every lesson has all of them
//	version: "1.0"
//
// Files are UTF-8; lines may end in CRLF, which reads as LF. Control characters
// other than the tab are errors.
//
// # Front matter
//
// A file begins with YAML between two lines of three hyphens. Fields that are
// not named here are errors.
//
//	title: 볼륨                       # needed, plain text
//	summary: 컨테이너보다 오래 남는 것     # needed, one sentence, plain text
//	minutes: 20                      # needed, 1 to 600
//	images: [busybox:1.37, "{{node}}"] # what the lesson needs to be present
//	requires:
//	  engine: 20.10                  # the lowest engine version; quotes are optional
//	  compose: false                 # true where the Compose plugin is needed
//	  memory: 64m                    # of the engine's machine: bytes, or k, m, g (powers of 1024)
//	params:
//	  - name: port                   # small letters, digits, - and _
//	    type: port                   # port, image or text (the default)
//	    default: 8080
//	  - name: node
//	    type: image
//	    default: node:24-alpine
//	    platforms: {linux/arm/v7: node:22-alpine} # instead of the default there
//	owns:                            # what reset may remove besides what checks name
//	  containers: [web*, "image:hello-world"] # by name, or by the image that made them
//	  images: ["hello:*"]
//	  volumes: [note*]
//	  networks: []
//
// The names under owns are shell patterns (see [path.Match]); a pattern that
// takes everything is an error. The front matter of a translation has title and
// summary alone.
//
// # Parameters
//
// {{name}} in a body (prose, headings and blocks alike), in images and in owns
// stands for a parameter's value, which may differ from learner to learner: a
// port that is taken is replaced by a free one, everywhere at once. A name that
// params doesn't list is an error; so is a parameter that nothing uses.
//
// Only a plain name between double braces is a parameter. The templates of
// docker's --format, such as {{.Names}} or {{json .}}, need no care. \{{ always
// writes the two braces.
//
// # Steps
//
// The body is CommonMark with GitHub's tables, strikethrough and task lists. A
// `*` or `**` may begin and end beside a Korean letter, so that a particle can
// follow an emphasised word without a space.
//
// A heading of level 2 begins a step, and carries its id:
//
//	## 볼륨에 남기기 {#keep}
//
// Ids are small letters, digits and hyphens, a letter first, and unique within
// the lesson. They name a learner's progress, so they outlive titles. What
// stands before the first step is the lesson's introduction; run blocks,
// questions, hints and checks stand in steps only. A heading of level 1 may open
// the file and isn't shown, for the title comes from the front matter. Deeper
// headings are prose. Raw HTML is an error, comments (<!-- … -->) are not shown.
//
// # Blocks
//
// Fenced blocks with a role have an info string of words, then attributes as
// key=value or key="value". They stand by themselves, never inside a list or a
// quote. A fence without a role is code that is shown, in any language; whatever
// follows its language is an error.
//
// A run block is shown, and is executed by the proof of the course:
//
//	```console run
//	$ docker volume create notes
//	notes
//	$ docker run --name writer -v notes:/data \
//	    busybox sh -c 'echo hello > /data/memo'
//	```
//
// In a console block, a line that begins with "$ " is a command. The next lines
// belong to it while a backslash ends the line, a quote is open, or a
// here-document waits for its end. All other lines are sample output, shown and
// never executed nor judged. Commands are bash, run in the workspace.
//
// With file=, the text of a block in any language but console becomes a file of
// the workspace, byte for byte, instead of commands. The name is a relative path
// with slashes that stays inside the workspace:
//
//	```dockerfile run file=Dockerfile
//	FROM node:24-alpine
//	```
//
// A check block says what the step asks for, as a YAML list in the vocabulary of
// package checker, whose lines are kept for its errors. A step has at most one;
// a step without checks and questions only tells:
//
//	```check
//	- volume: notes
//	```
//
// Solution blocks are shown only to who asks for them. The proof executes a
// step's run and solution blocks in the order of the document, after which the
// step must pass:
//
//	```console solution
//	$ docker volume create notes
//	```
//
//	```dockerfile solution file=Dockerfile
//	FROM node:24-alpine
//	```
//
// Mistake blocks are what people get wrong. They are never shown. The proof
// executes each mistake instead of the run and solution blocks, from where the
// step begins, so it is complete in itself; the step must then fail with the
// finding that it names: a field of the vocabulary and, if wanted, a reason.
// Blocks of one mistake follow each other and share an id, and the first carries
// the finding:
//
//	```console mistake finding="container.volumes different"
//	$ docker run --name writer -v note:/data busybox true
//	```
//
//	```console mistake id=crlf finding="path.line_endings"
//	$ mkdir -p bin
//	```
//
//	```sh mistake id=crlf file=bin/run.sh
//	echo hello
//	```
//
// A figure is a drawing of characters. Its first line says in words what it
// shows, for those who can't see it or have no room for it:
//
//	```figure mount
//	alt: the volume notes is mounted at /data of the container writer
//	[writer] -- /data --> (notes)
//	```
//
// # Questions
//
// A quiz has an id, unique within the lesson, a question of one paragraph, and
// two options or more. A box with an x marks a right one, of which there must be
// one at least; more make the question one of several choices. Every option has
// a reply, as an indented quote, for whoever chose it. All are inline markdown,
// and a line may continue the one before:
//
//	```quiz gone
//	What becomes of the memo after `docker rm writer`?
//
//	- [ ] It goes with the container
//	  > Not quite. What was mounted at `/data`?
//	- [x] It stays in `notes`
//	  > Right.
//	```
//
// # Hints and notes
//
// A quote whose first line is [!HINT], alone in it, is a hint. It is shown only
// when asked for. A step with a check block has exactly three, in this order:
// the idea, the shape of the command, the whole command. Other steps have none.
//
//	> [!HINT]
//	> Give the volume a name of its own.
//
// [!NOTE], [!TIP] and [!WARNING] make notes, which are shown where they stand,
// and may stand anywhere.
//
// # Translations
//
// A translation has the same steps in the same order. In each of them it has the
// same run blocks with the same commands (sample output may differ, and so may a
// file's lines that are empty or begin with # or //), the same quizzes with as
// many options and the same ones right, figures of the same names in the same
// order, and as many hints. Check, solution and mistake blocks in a translation
// are errors.
//
// # Errors
//
// Lint gives all that is wrong at once, as compilers do:
//
//	090-volumes/ko.md:41: unknown field "imgae" (did you mean "image"?)
//
// Open and Lesson fail only for what keeps a lesson from being played; they pass
// over what one that is still being written may lack, such as hints or a
// translation.
package lessons
