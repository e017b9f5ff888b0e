// Package images makes the images that lessons need present on an engine.
//
// The catalogue (catalogue.yaml) names them, with what lessons rely on in
// each: paths, users, entrypoints, variables. [Ensure] makes them present: one
// that is already there is left alone; a registry is asked next; where no
// registry answers, [Make] composes a stand-in from the packages of this
// machine's own distribution, and [Ensure] loads it.
//
// # Stand-ins
//
// A stand-in is a docker-archive with layers and a configuration of its own,
// made without root, without an engine and without running anything of what
// goes into it: apt resolves and downloads packages into private folders and
// verifies them, dpkg-deb streams their files, and the rest is composing tar
// layers. Its programs are real (nginx, node, npm and busybox of the
// distribution, in the distribution's versions); its shape is the official
// image's in whatever the catalogue says that lessons rely on. It says what it
// is: label [Label] holds its packages with their versions, and
// /etc/os-release calls it a stand-in. The same packages give the same bytes.
//
// A learner's own image of the same name is never replaced: [Ensure] acts only
// on names that the engine does not know, or knows for another platform only.
package images
