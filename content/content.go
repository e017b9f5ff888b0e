// Package content is the course that is built into naru: a folder per lesson,
// named by its number and its id, with the lesson in Korean (ko.md), its
// English translation (en.md) and the files that a learner starts from
// (files/). How a lesson is written is told in package lessons.
package content

import (
	"embed"
	"io/fs"
)

//go:embed course.yaml all:*-*
var course embed.FS

// FS is the course: course.yaml and the lessons' folders at its root.
func FS() fs.FS { return course }
