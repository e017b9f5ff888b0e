// Package enginetest gives a test a real Docker Engine of its own: started in
// half a second, loaded with what the test needs, frozen, restarted, and gone
// without a trace when the test ends, however it ends.
//
// Each engine is a dockerd in namespaces of its own (mounts, network,
// processes), with a data root in a temporary folder. It touches no other
// engine, no iptables rule and no port of the machine; what it publishes is
// reached through its network namespace, with Dial and Command. When the
// test's process dies, the kernel ends dockerd, and with it all that it
// started.
//
// It needs Linux, root, dockerd, and mount, nsenter and pivot_root, which
// belong to every Debian. A test that can't have an engine fails: it is never
// skipped.
//
// NARU_TEST_ENGINE chooses the engine: "host" (or nothing) for the dockerd in
// PATH, or a list such as "root=/srv/forky,bin=/srv/engine29,arg=--debug":
//
//	root=DIR  a Debian root directory to run dockerd of
//	bin=DIR   put first in PATH: a dockerd and containerd built from source
//	arg=ARG   one more argument for dockerd; may be repeated
package enginetest
