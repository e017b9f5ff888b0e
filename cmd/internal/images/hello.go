package images

import (
	"bytes"
	"encoding/binary"
	"fmt"
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
// Sources: the ELF specification (gABI, chapter 4 and 5) and the system call
// numbers of the kernel's unistd.h.
func helloProgram(p Platform, text string) ([]byte, error) {
	const base = 0x400000 // where the file is mapped; a multiple of the largest page size, 64 KiB
	n := uint32(len(text))
	le := binary.LittleEndian
	var code []byte
	word := func(instructions ...uint32) {
		for _, i := range instructions {
			code = le.AppendUint32(code, i)
		}
	}
	if n > 4095 {
		return nil, fmt.Errorf("text of %d bytes is too long", n)
	}
	switch p.Arch {
	case "amd64":
		code = append(code, 0xb8, 1, 0, 0, 0) // mov eax, 1 (write)
		code = append(code, 0xbf, 1, 0, 0, 0) // mov edi, 1
		code = append(code, 0x48, 0x8d, 0x35) // lea rsi, [rip+16]
		code = le.AppendUint32(code, 16)
		code = append(code, 0xba) // mov edx, n
		code = le.AppendUint32(code, n)
		code = append(code, 0x0f, 0x05)        // syscall
		code = append(code, 0xb8, 60, 0, 0, 0) // mov eax, 60 (exit)
		code = append(code, 0x31, 0xff)        // xor edi, edi
		code = append(code, 0x0f, 0x05)        // syscall
	case "arm64":
		word(0xd2800808, // mov x8, #64 (write)
			0xd2800020,      // mov x0, #1
			0x10000001|6<<5, // adr x1, .+24
			0xd2800002|n<<5, // mov x2, #n
			0xd4000001,      // svc #0
			0xd2800ba8,      // mov x8, #93 (exit)
			0xd2800000,      // mov x0, #0
			0xd4000001)      // svc #0
	case "arm":
		word(0xe3a07004, // mov r7, #4 (write)
			0xe3a00001,                   // mov r0, #1
			0xe28f1014,                   // add r1, pc, #20 (pc is two instructions ahead)
			0xe3002000|n>>12<<16|n&0xfff, // movw r2, #n
			0xef000000,                   // svc #0
			0xe3a07001,                   // mov r7, #1 (exit)
			0xe3a00000,                   // mov r0, #0
			0xef000000, 0xe1a00000)       // svc #0; nop
	default:
		return nil, fmt.Errorf("no hello program for %s", p)
	}
	var b bytes.Buffer
	put := func(fields ...any) {
		for _, f := range fields {
			_ = binary.Write(&b, le, f) // a buffer takes everything
		}
	}
	if p.Arch == "arm" {
		const head = 52 + 32
		size := uint32(head+len(code)) + n
		put([]byte("\x7fELF\x01\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00"),
			uint16(2), uint16(40), uint32(1), uint32(base+head), uint32(52), uint32(0), uint32(0x05000000),
			uint16(52), uint16(32), uint16(1), uint16(0), uint16(0), uint16(0),
			uint32(1), uint32(0), uint32(base), uint32(base), size, size, uint32(5), uint32(0x10000))
	} else {
		const head = 64 + 56
		machine := map[string]uint16{"amd64": 62, "arm64": 183}[p.Arch]
		size := uint64(head+len(code)) + uint64(n)
		put([]byte("\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00"),
			uint16(2), machine, uint32(1), uint64(base+head), uint64(64), uint64(0), uint32(0),
			uint16(64), uint16(56), uint16(1), uint16(0), uint16(0), uint16(0),
			uint32(1), uint32(5), uint64(0), uint64(base), uint64(base), size, size, uint64(0x10000))
	}
	b.Write(code)
	b.WriteString(text)
	return b.Bytes(), nil
}
