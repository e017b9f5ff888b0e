package engine

import (
	"archive/tar"
	"bytes"
	"io"
	"strings"
	"testing"
)

// What is read from files and from the engine is parsed without ever failing
// but by an error. The parsers are not exported: this test is inside.

func FuzzConfig(f *testing.F) {
	for _, seed := range []string{`{}`, `{"currentContext":"x","HttpHeaders":{"a":"b"}}`, `{"currentContext":1}`, `null`, ``, `[`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		if cfg, err := parseConfig(src); err != nil && cfg.CurrentContext != "" {
			t.Error("a config that can't be read chooses a context")
		}
	})
}

func FuzzContext(f *testing.F) {
	for _, seed := range []string{`{"Name":"x","Endpoints":{"docker":{"Host":"tcp://h:1","SkipTLSVerify":true}}}`, `{"Endpoints":{"docker":null}}`, `{"Endpoints":[]}`, `null`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		if ep, err := parseContext(src); err == nil && ep.Host == "" {
			t.Error("a context without a host")
		}
	})
}

func FuzzHost(f *testing.F) {
	for _, seed := range []string{"", "tcp://", "tcp://[::1]:", "unix:///x", "h:1/a", "ssh://x", "://"} {
		f.Add(seed, true)
	}
	f.Fuzz(func(t *testing.T, host string, secure bool) {
		got, err := parseHost(host, secure)
		if err != nil {
			return
		}
		if _, _, ok := cutHost(got); !ok {
			t.Errorf("%q becomes %q, without a scheme", host, got)
		}
	})
}

func FuzzTar(f *testing.F) {
	var dir bytes.Buffer
	w := tar.NewWriter(&dir)
	for _, h := range []*tar.Header{
		{Typeflag: tar.TypeDir, Name: "d/", Mode: 0o755},
		{Typeflag: tar.TypeReg, Name: "d/f", Size: 2},
		{Typeflag: tar.TypeSymlink, Name: "d/l", Linkname: "f"},
		{Typeflag: tar.TypeReg, Name: "d/한글"},
	} {
		if err := w.WriteHeader(h); err != nil {
			f.Fatal(err)
		}
		if h.Size > 0 {
			if _, err := io.WriteString(w, "hi"); err != nil {
				f.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	f.Add(dir.Bytes())
	f.Add(dir.Bytes()[:600])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, src []byte) {
		file, err := readTar(bytes.NewReader(src), 100)
		if err != nil || file == nil {
			return
		}
		if len(file.Content) > 100 {
			t.Errorf("%d bytes read", len(file.Content))
		}
		for _, e := range file.Entries {
			if e == "" || strings.Contains(e, "/") {
				t.Errorf("entry %q", e)
			}
		}
	})
}

func FuzzLog(f *testing.F) {
	f.Add([]byte("\x01\x00\x00\x00\x00\x00\x00\x02hi\x02\x00\x00\x00\x00\x00\x00\x01x"))
	f.Add([]byte("plain terminal output\r\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		out, errs := &tail{limit: 10}, &tail{limit: 10}
		if err := demultiplex(bytes.NewReader(src), out, errs); err == nil && len(out.bytes())+len(errs.bytes()) > 20 {
			t.Error("more than the limit")
		}
	})
}
