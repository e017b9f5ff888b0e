package images

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
)

const helloText = `
Hello from Docker!
This message shows that your installation appears to be working correctly.

The docker command asked the engine for a container of the image hello-world;
the engine made it, ran its one program, and passed on what you are reading.
(This image is a stand-in made by naru: no registry answered when it was needed.)

`

// helloProgram returns a static Linux executable that writes text to its
// standard output and ends with 0. It is put together here, byte by byte, so
// that hello-world needs neither packages nor a compiler.
//
// Sources: the ELF specification (gABI, chapters 4 and 5), the processors'
// manuals, and the system call numbers of the kernel's unistd.h.
func helloProgram(p Platform, text string) ([]byte, error) {
	const most = 4095 // what an instruction of ARM can hold
	if len(text) > most {
		return nil, fmt.Errorf("text of %d bytes is too long", len(text))
	}
	n := uint32(len(text) & most)
	switch p.Arch {
	case "amd64":
		return elf64(62, amd64Hello(n), text), nil
	case "arm64":
		return elf64(183, words(
			0xd2800808,      // mov x8, #64 (write)
			0xd2800020,      // mov x0, #1
			0x10000001|6<<5, // adr x1, .+24 (the text)
			0xd2800002|n<<5, // mov x2, #n
			0xd4000001,      // svc #0
			0xd2800ba8,      // mov x8, #93 (exit)
			0xd2800000,      // mov x0, #0
			0xd4000001,      // svc #0
		), text), nil
	case "arm":
		return elf32(40, words(
			0xe3a07004,   // mov r7, #4 (write)
			0xe3a00001,   // mov r0, #1
			0xe28f1010,   // add r1, pc, #16 (the text; pc is two instructions ahead)
			0xe3002000|n, // movw r2, #n
			0xef000000,   // svc #0
			0xe3a07001,   // mov r7, #1 (exit)
			0xe3a00000,   // mov r0, #0
			0xef000000,   // svc #0
		), text), nil
	}
	return nil, fmt.Errorf("no hello program for %s", p)
}

func amd64Hello(n uint32) []byte {
	return slices.Concat(
		[]byte{0xb8, 1, 0, 0, 0},            // mov eax, 1 (write)
		[]byte{0xbf, 1, 0, 0, 0},            // mov edi, 1
		[]byte{0x48, 0x8d, 0x35}, words(16), // lea rsi, [rip+16] (the text)
		[]byte{0xba}, words(n), []byte{0x0f, 0x05}, // mov edx, n; syscall
		[]byte{0xb8, 60, 0, 0, 0},              // mov eax, 60 (exit)
		[]byte{0x31, 0xff}, []byte{0x0f, 0x05}, // xor edi, edi; syscall
	)
}

// words are 32-bit words, the lowest byte first.
func words(list ...uint32) (b []byte) {
	for _, w := range list {
		b = binary.LittleEndian.AppendUint32(b, w)
	}
	return b
}

const (
	loadAt   = 0x400000 // where the file is mapped
	loadPage = 0x10000  // the largest page size there is
)

// elf64 is an executable of one segment: itself, headers included, readable
// and executable, entered where the code begins.
func elf64(machine uint16, code []byte, text string) []byte {
	const head = 64 + 56
	size := uint64(head + len(code) + len(text))
	return slices.Concat(packed(
		[]byte("\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00"),
		uint16(2), machine, uint32(1), uint64(loadAt+head), uint64(64), uint64(0), uint32(0),
		uint16(64), uint16(56), uint16(1), uint16(0), uint16(0), uint16(0),
		uint32(1), uint32(5), uint64(0), uint64(loadAt), uint64(loadAt), size, size, uint64(loadPage),
	), code, []byte(text))
}

// elf32 is the same with 32 bits, for ARM's ABI version 5.
func elf32(machine uint16, code []byte, text string) []byte {
	const head = 52 + 32
	size := uint32(head + len(code) + len(text)) //nolint:gosec // a few KiB: see helloProgram
	return slices.Concat(packed(
		[]byte("\x7fELF\x01\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00"),
		uint16(2), machine, uint32(1), uint32(loadAt+head), uint32(52), uint32(0), uint32(0x05000000),
		uint16(52), uint16(32), uint16(1), uint16(0), uint16(0), uint16(0),
		uint32(1), uint32(0), uint32(loadAt), uint32(loadAt), size, size, uint32(5), uint32(loadPage),
	), code, []byte(text))
}

// packed writes fields one after the other, the lowest byte first.
func packed(fields ...any) []byte {
	var b bytes.Buffer
	for _, f := range fields {
		_ = binary.Write(&b, binary.LittleEndian, f) // a buffer takes everything
	}
	return b.Bytes()
}
