// Package checker holds what a learner was asked to do against a live Docker
// Engine.
//
// Parse reads checks, Observe looks at what they need (the only I/O there is),
// Compare holds the state it brings against the checks, and a Finding says
// what was wanted, what is there, and what comes nearest. The rest of this
// comment is the specification of what a check may say.
//
// # A check
//
// Checks are a YAML list. Each one starts with its subject and asks for what
// its other fields say; a subject alone asks that the thing is there.
//
//   - volume: notes
//   - container: writer
//     state: exited 0
//     volumes: ["notes:/data"]
//   - path: /data/memo
//     in: {volume: notes}
//     contains: hello
//
// What is written is Compose's wherever Compose has it: names of fields, and
// both the short and the long forms of ports, volumes, networks, environment,
// labels, healthcheck, durations (1m30s) and sizes (64m, 1gb). Anchors and
// aliases are not taken. A field that is not known, or written twice, is an
// error, with its line.
//
// These rules hold for every field:
//
//   - Names, tags and values match whole, never a part of a longer one.
//   - What is not written is not asked. What is there besides never fails a
//     check: more ports, mounts, networks, labels, variables.
//   - An effect is judged whatever the way there: -v or --mount, a flag or
//     docker network connect, docker or Compose, ENTRYPOINT with CMD or all in
//     one. Where a form is asked, the form counts.
//   - IDs, sizes of images, the order in which things were made, the builder
//     and the image store are never judged.
//   - A list that takes one value takes it without brackets too.
//
// Checks are judged in their order. One that acts rather than reads (http, and
// path in a volume or an image) waits until all above it pass.
//
// Every check may have
//
//	message: {ko: …, en: …}   the author's own sentence, added to each finding
//
// # engine
//
// The Docker Engine that the learner's docker command talks to. An engine that
// can't be reached is an error of its own, not a finding. The fields stand
// below the subject or beside it.
//
//	engine: {}                it answers
//	version: ">=20.10"        >= > <= < or a beginning ("28.5" is any 28.5.x); two bounds with a space between
//	api: ">=1.41"             the API version that was settled on
//	arch: [amd64, arm64]      one of these; uname's names (x86_64) will do
//	memory_limit: true        memory limits work
//
// # host
//
// The machine that the docker command runs on. The fields stand below the
// subject or beside it.
//
//	host: {}
//	docker: ">=20.10"         the docker command: true, false, or a version as above
//	compose: true             the Compose plugin, likewise
//	buildx: true              the buildx plugin, likewise
//	disk_free: 2g             at least this much free where the engine keeps its data
//	memory: 512m              at least this much memory
//	arch: [amd64, arm64]      one of these
//
// # container
//
// One container by its name, or those that a selector fits: then one of them
// must be as the check says, or exactly count of them.
//
//	container: web
//	container: {name: "web*", image: nginx, label: {tier: front}, network: front, service: web, project: shop}
//	count: 2                  exactly so many; only with a selector
//
// What became of it:
//
//	state: running            running, created, paused, restarting, exited, "exited 0", dead, present;
//	                          absent: not there; gone: not there, and it was (an earlier step's
//	                          evidence or the engine's events tell)
//	anonymous_volumes: gone   with state: gone: the volumes that nobody named are gone with it, as far as
//	                          an earlier step's evidence and the engine's events tell
//	ran: 0                    it ran since the lesson was started, and ended with this code, also
//	                          when it was removed since
//	replaced: true            it bears the name of an earlier step's container and is another one
//	health: healthy           healthy, unhealthy, starting, none
//	oom_killed: true          the kernel ended it for want of memory
//	starts: 2                 this very container was started at least so often, the first counts
//	restarts: 1               restarted by its policy at least so often
//	error: true               the engine could not start it
//
// What it is made of:
//
//	image: nginx:1.28-alpine  the same image, under whatever tag or digest; not one that was built over since
//	entrypoint: [node]        a list, or a text that is split as a shell does
//	command: [node, app.js]   likewise; where the words are divided otherwise, the whole line
//	                          decides; a text fits a shell that is given just that text, too
//	command_lacks: [latte]    what stands neither in entrypoint nor in command, as whole words: what
//	                          is to come from somewhere else is not typed
//	environment: {MODE: dev}  or [MODE=dev]; a name without a value only has to be set
//	labels: {tier: front}     likewise
//	user: "1000"
//	working_dir: /app
//	hostname: web
//	stop_signal: SIGTERM      with or without SIG
//	tty: true                 -t
//	stdin_open: true          -i
//	auto_remove: true         --rm
//	healthcheck: {test: curl -f localhost, interval: 10s, timeout: 5s, retries: 3, start_period: 5s}
//	                          or true: some; false: none. test is a text or [CMD, …], [CMD-SHELL, …]
//
// How it is tied to the world:
//
//	ports: ["8080:80"]        HOST:CONTAINER[/udp], IP:HOST:CONTAINER, CONTAINER alone for any host
//	                          port, ranges; or {target: 80, published: 8080, host_ip: 127.0.0.1,
//	                          protocol: tcp}. Without an address one that localhost reaches counts
//	expose: ["80"]            declared, published or not
//	volumes: ["notes:/data"]  VOLUME:/PATH, ./FOLDER:/PATH (in the workspace), /FOLDER:/PATH, /PATH
//	                          (a volume without a name); with :ro or :rw where that is asked; or
//	                          {type: bind, source: ./site, target: /x, read_only: true}
//	tmpfs: [/run]
//	networks: [front]         or {front: {aliases: [db]}}: also found there by these names
//	network_mode: host        host, none, bridge, container:NAME
//	restart: unless-stopped   no, always, unless-stopped, on-failure, on-failure:3
//
// What it may do:
//
//	mem_limit: 64m            to the byte
//	memswap_limit: 128m       -1: no limit
//	cpus: 0.5
//	pids_limit: 100
//	read_only: true           the root file system
//	init: true
//	privileged: false
//	cap_add: [NET_ADMIN]      with or without CAP_
//	cap_drop: [ALL]
//
// What goes on in it:
//
//	changed: [/data/memo]     docker diff lists these paths as added or changed
//	unchanged: [/etc/passwd]  docker diff doesn't list these paths
//	process: ["nginx: master*"]  a process runs whose command fits; * is anything
//
// # image
//
// An image by its reference; without a tag it is latest.
//
//	image: hello:1.0
//	state: present            present, absent, gone (see container)
//	replaced: true            it was built again since an earlier step
//	platform: linux/arm64     OS/ARCH[/VARIANT]
//	config: {user: node, working_dir: /app, entrypoint: [node], command: [app.js],
//	         environment: {MODE: dev}, labels: {tier: front}, expose: ["80"],
//	         volumes: [/data], stop_signal: SIGQUIT, healthcheck: true}
//	                          as in container, except: entrypoint must stand in ENTRYPOINT
//	user_not_root: true       its user is set, and neither root nor 0
//	from: node:24-alpine      its lowest layers are all of this image's
//	shares: {with: other:1.0, layers: 2}  the lowest so many layers are the same
//	history: ["COPY package*.json ./", "RUN npm *"]  made by these instructions, in this
//	                          order, whatever the builder; * is anything, itself too; flags that
//	                          aren't written aren't asked
//	same_layer: {as: earlier, instruction: "RUN npm*"}  the layer that the instruction made is
//	                          one of the earlier step's image, or of the image named in as
//	other_layer: {as: hello:1.0, instruction: "COPY . ."}  it is none of that image's
//	comment: by hand          a commit's message
//
// # volume
//
//	volume: notes
//	state: present            present, absent, gone
//	driver: local
//	labels: {tier: back}
//	replaced: true            it was removed and made again
//	used_by: [web]            these containers mount it
//
// # network
//
//	network: front
//	state: present            present, absent, gone
//	driver: bridge
//	internal: true
//	labels: {tier: front}
//	replaced: true
//	containers: [web, db]     these are attached to it, stopped ones too
//
// # path
//
// A file or a directory: in the workspace where in is missing (relative, and
// never outside), or in a volume, a container, an image. A path in a volume is
// the one that a container sees where it mounts the volume, or the one from
// the volume's own root. A volume, container or image that isn't there is a
// finding, also where absent is asked.
//
//	path: /data/memo
//	in: {volume: notes}       {volume: NAME}, {container: NAME}, {image: REFERENCE}
//	state: present            present, absent
//	layers: all               with {image: …} and absent: no layer of the image has it, be it hidden by
//	                          a later one. The engine gives the whole image for it: a second for 100 MB
//	type: file                file, directory, symlink
//	equals: hello             all of it; line ends and what follows the last line don't count
//	contains: hello           this is in it, and not as a part of a longer word; a list asks for each
//	matches: "^[0-9]+$"       a regular expression (RE2), ^ and $ at lines
//	lacks: error              this is not in it
//	line_endings: lf          no CRLF
//	executable: true          somebody may execute it
//	mode: "0644"              octal
//	owner: "1000"             a number, or NUMBER:GROUP; root is 0
//	entries: [memo]           a directory or an archive (.tar, .tar.gz) has these, by their paths from
//	                          its top: ./memo is memo, from/memo is not
//	same_as: {path: /x/memo, in: {container: web}}  the same content
//
// # dockerfile
//
// A Dockerfile in the workspace, as BuildKit's parser reads it; a comment is
// no instruction. What was built from it is asked of the image.
//
//	dockerfile: Dockerfile
//	instructions: ["FROM node:24-alpine", "RUN npm …"]  these, in this order, others may stand
//	                          between; … is any words, or any letters of one; flags that aren't
//	                          written aren't asked, nor is AS; a star is COPY's own
//	forbid: ["ADD …"]         none of these
//	stages: 2                 at least
//	final_from: nginx         the final stage's base, through other stages
//	form: {CMD: exec}         CMD, ENTRYPOINT, RUN: exec or shell; the last of the final stage counts
//	user: true                the final stage ends with a USER that is not root
//	ignore: [node_modules]    .dockerignore leaves these paths out
//
// # http
//
// An answer to a request from this machine, within two seconds. Where no
// status is asked, an error (400 and above) is none.
//
//	http: http://localhost:8080/
//	method: POST              GET otherwise
//	headers: {Accept: text/html}  of the request
//	body: "a=b"               of the request
//	status: 200
//	header: {X-By: api}       of the answer, as labels in container
//	equals: hello             as in path, so are the next three
//	contains: hello
//	matches: "^<h1>"
//	lacks: error
//	from: web                 this container publishes the port; else nothing is sent
//	refused: true             nobody must answer
//
// # output
//
// What a container wrote: the end of its log.
//
//	output: writer
//	stream: both              stdout, stderr, both
//	equals: hello             as in path, so are the next three
//	contains: hello
//	matches: "^done$"
//	lacks: error
//
// # answer
//
// The learner's answer to a question, compared without regard to case and
// white space.
//
//	answer: kernel
//	is: [3, three]            one of these; or {engine: kernel}, which may be kernel, version, arch,
//	                          api, id, name, os, driver; or {container: web, field: id}, which may be
//	                          id, ip, image, pid, hostname, state, exit_code. arch is Docker's name
//	                          (amd64, not x86_64); of version the distribution's tail (+dfsg1) may
//	                          be left out
package checker
