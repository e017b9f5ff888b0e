// Package bench measures naru: ratios, each from one run in which what is
// compared takes turns, so that a busy machine slows both alike; the median of
// the turns counts.
//
//	make bench
//
// It judges nothing: no test rests on a time. A line says what was measured,
// the aim, and whether it was met.
package bench
