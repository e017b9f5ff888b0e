// Package play is the one path by which a lesson is played: it brings a
// course, the checker, the learner's things and an engine together. The verbs,
// the terminal and the browser all go through a Player, and so see the same
// places, verdicts, hints and progress.
//
// A Player holds no state of its own beyond the parsed lessons: what a learner
// did is in the journal. Any number of players may run at the same time, in
// one process or in several.
package play
