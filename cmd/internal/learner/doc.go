// Package learner keeps what belongs to a learner: the workspaces, the journal
// of what was done, a lesson's parameters, and the engine's state from before
// a lesson began, which reset goes back to.
//
// Nothing here talks to an engine. Planning a reset, filling in parameters and
// deriving progress are pure functions of plain data; what does I/O writes to
// two places only, the state directory and the workspaces.
//
// Every write survives being killed at any moment. The journal is appended to,
// never rewritten; every other file is written beside its place and renamed
// into it. Several naru may run at once: appending and whatever must not
// happen twice are done under file locks, which the kernel lets go of when
// their process ends, however it ends.
//
// The state directory:
//
//	journal.jsonl                              one record a line, oldest first
//	progress/COURSE.json                       what the journal came to, up to a place in it
//	baseline/COURSE/LESSON/START.ENGINE.json   the engine before the lesson
//	engines.json                               the engines that were asked who they are
//	locks/COURSE/LESSON.lock                   held while a lesson is started or reset
//
// What is under progress only saves reading a long journal from its beginning:
// it counts as long as the journal begins with the very bytes that it was made
// from, and can be deleted. So can engines.json, which saves asking again.
//
// Files there are readable by their owner only (0600, directories 0700).
// Workspaces are ordinary folders, because containers read them too.
package learner
