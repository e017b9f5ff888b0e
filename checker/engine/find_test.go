package engine_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/naru-lab/naru/checker/engine"
)

// contextFile is where a context's meta.json lies below a docker folder.
func contextDir(kind, name string) string {
	sum := sha256.Sum256([]byte(name))
	return filepath.Join("contexts", kind, hex.EncodeToString(sum[:]))
}

func meta(name, host, more string) string {
	return fmt.Sprintf(`{"Name":%q,"Metadata":{"Description":"x"},"Endpoints":{"docker":{"Host":%q%s}}}`, name, host, more)
}

func writeTree(t *testing.T, root string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFind(t *testing.T) {
	remote := map[string]string{
		".docker/config.json": `{"currentContext":"remote","HttpHeaders":{"X-Team":"blue"}}`,
		".docker/" + contextDir("meta", "remote") + "/meta.json": meta("remote", "ssh://pi@raspberrypi", ""),
		".docker/" + contextDir("meta", "other") + "/meta.json":  meta("other", "unix:///run/other.sock", ""),
		".docker/" + contextDir("meta", "skip") + "/meta.json":   meta("skip", "tcp://10.0.0.1:2376", `,"SkipTLSVerify":true`),
		".docker/" + contextDir("meta", "tls") + "/meta.json":    meta("tls", "tcp://10.0.0.2:2376", ""),
		".docker/" + contextDir("tls", "tls") + "/docker/ca.pem": "x",
		".docker/" + contextDir("meta", "k8s") + "/meta.json":    `{"Name":"k8s","Endpoints":{"kubernetes":{}}}`,
		".docker/" + contextDir("meta", "bad") + "/meta.json":    `{"Name":`,
		"elsewhere/config.json":                                  `{"currentContext":"default"}`,
		"broken/config.json":                                     `{"currentContext":"remote"`,
		"certs/ca.pem":                                           "x", "certs/cert.pem": "x", "certs/key.pem": "x",
	}
	home := t.TempDir()
	writeTree(t, home, remote)
	headers := map[string]string{"X-Team": "blue"}
	tests := []struct {
		name string
		env  map[string]string
		want engine.Endpoint
		bad  bool
	}{
		{name: "current context", want: engine.Endpoint{Host: "ssh://pi@raspberrypi", Context: "remote", Source: "context", Headers: headers}},
		{name: "DOCKER_CONTEXT before it", env: map[string]string{"DOCKER_CONTEXT": "other"}, want: engine.Endpoint{Host: "unix:///run/other.sock", Context: "other", Source: "DOCKER_CONTEXT", Headers: headers}},
		{name: "DOCKER_CONTEXT=default", env: map[string]string{"DOCKER_CONTEXT": "default"}, want: engine.Endpoint{Host: engine.DefaultHost, Context: "default", Source: "DOCKER_CONTEXT", Headers: headers}},
		{name: "DOCKER_HOST before all", env: map[string]string{"DOCKER_CONTEXT": "other", "DOCKER_HOST": "tcp://h:1"}, want: engine.Endpoint{Host: "tcp://h:1", Context: "default", Source: "DOCKER_HOST", Headers: headers}},
		{name: "no config at all", env: map[string]string{"DOCKER_CONFIG": "nowhere"}, want: engine.Endpoint{Host: engine.DefaultHost, Context: "default", Source: "default"}},
		{name: "DOCKER_CONFIG", env: map[string]string{"DOCKER_CONFIG": "elsewhere"}, want: engine.Endpoint{Host: engine.DefaultHost, Context: "default", Source: "context"}},
		{name: "broken config is passed over", env: map[string]string{"DOCKER_CONFIG": "broken"}, want: engine.Endpoint{Host: engine.DefaultHost, Context: "default", Source: "default", Ignored: cmpopts.AnyError}},
		{name: "API version", env: map[string]string{"DOCKER_CONFIG": "nowhere", "DOCKER_API_VERSION": "1.42"}, want: engine.Endpoint{Host: engine.DefaultHost, Context: "default", Source: "default", APIVersion: "1.42"}},
		{name: "TLS verified", env: map[string]string{"DOCKER_CONFIG": "nowhere", "DOCKER_HOST": "tcp://h:2376", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "certs"}, want: engine.Endpoint{
			Host: "tcp://h:2376", Context: "default", Source: "DOCKER_HOST",
			TLS: engine.TLSFiles{Use: true, CA: "certs/ca.pem", Cert: "certs/cert.pem", Key: "certs/key.pem"},
		}},
		{name: "TLS not verified, no client certificate", env: map[string]string{"DOCKER_CONFIG": "nowhere", "DOCKER_HOST": "h", "DOCKER_TLS": "1"}, want: engine.Endpoint{
			Host: "tcp://h:2375", Context: "default", Source: "DOCKER_HOST", TLS: engine.TLSFiles{Use: true, SkipVerify: true, CA: "nowhere/ca.pem"},
		}},
		{name: "TLS alone", env: map[string]string{"DOCKER_CONFIG": "nowhere", "DOCKER_TLS_VERIFY": "1"}, want: engine.Endpoint{
			Host: "tcp://localhost:2376", Context: "default", Source: "default", TLS: engine.TLSFiles{Use: true, CA: "nowhere/ca.pem"},
		}},
		{name: "context without verifying", env: map[string]string{"DOCKER_CONTEXT": "skip"}, want: engine.Endpoint{Host: "tcp://10.0.0.1:2376", Context: "skip", Source: "DOCKER_CONTEXT", Headers: headers, TLS: engine.TLSFiles{Use: true, SkipVerify: true}}},
		{name: "context with an authority", env: map[string]string{"DOCKER_CONTEXT": "tls"}, want: engine.Endpoint{
			Host: "tcp://10.0.0.2:2376", Context: "tls", Source: "DOCKER_CONTEXT", Headers: headers,
			TLS: engine.TLSFiles{Use: true, CA: filepath.Join(".docker", contextDir("tls", "tls"), "docker/ca.pem")},
		}},
		{name: "no such context", env: map[string]string{"DOCKER_CONTEXT": "none"}, bad: true},
		{name: "not Docker's context", env: map[string]string{"DOCKER_CONTEXT": "k8s"}, bad: true},
		{name: "broken context", env: map[string]string{"DOCKER_CONTEXT": "bad"}, bad: true},
		{name: "unknown scheme", env: map[string]string{"DOCKER_HOST": "http://h"}, bad: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ep, err := engine.Find(engine.Env{Home: home, Getenv: func(key string) string {
				v := tt.env[key]
				if v != "" && (key == "DOCKER_CONFIG" || key == "DOCKER_CERT_PATH") {
					v = filepath.Join(home, v)
				}
				return v
			}})
			if tt.bad {
				if engine.KindOf(err) != engine.Config {
					t.Errorf("%+v, %v", ep, err)
				}
				return
			}
			for _, p := range []*string{&ep.TLS.CA, &ep.TLS.Cert, &ep.TLS.Key} {
				*p = strings.TrimPrefix(*p, home+"/")
			}
			if diff := cmp.Diff(tt.want, ep, cmpopts.EquateErrors()); err != nil || diff != "" {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestHosts(t *testing.T) {
	for host, want := range map[string]string{
		"unix://":                 "unix:///var/run/docker.sock",
		" unix:///x/y.sock ":      "unix:///x/y.sock",
		"tcp://":                  "tcp://localhost:2375",
		"tcp://h":                 "tcp://h:2375",
		"h:1":                     "tcp://h:1",
		"tcp://h:1/base":          "tcp://h:1/base",
		"tcp://[::1]":             "tcp://[::1]:2375",
		"tcp://[::1]:":            "tcp://[::1]:2375",
		"tcp://[::1]:1":           "tcp://[::1]:1",
		"tcp://:1":                "tcp://localhost:1",
		"ssh://a@b:22/run/d.sock": "ssh://a@b:22/run/d.sock",
		"unix://unix:///x":        "",
		"tcp://tcp://h":           "",
		"ftp://x":                 "",
		"tcp://h:port":            "",
	} {
		ep, err := engine.Find(engine.Env{Home: "/nowhere", Getenv: func(key string) string {
			if key == "DOCKER_HOST" {
				return host
			}
			return ""
		}})
		if (err != nil) != (want == "") || err == nil && ep.Host != want {
			t.Errorf("%q: got %q, %v; want %q", host, ep.Host, err, want)
		}
	}
}

// The docker command itself is asked: whatever it chooses, Find chooses.
func TestFindAgreesWithTheDockerCommand(t *testing.T) {
	if _, err := exec.LookPath("docker"); err != nil {
		t.Fatalf("there is no docker command: %v", err)
	}
	home := t.TempDir()
	writeTree(t, home, map[string]string{
		"cfg/config.json": `{"currentContext":"a"}`,
		"cfg/" + contextDir("meta", "a") + "/meta.json": meta("a", "unix:///tmp/a.sock", ""),
		"cfg/" + contextDir("meta", "b") + "/meta.json": meta("b", "unix:///tmp/b.sock", ""),
		"bad/config.json": `{`,
	})
	for _, env := range []map[string]string{
		{},
		{"DOCKER_CONTEXT": "b"},
		{"DOCKER_CONTEXT": "default"},
		{"DOCKER_HOST": "unix:///tmp/h.sock"},
		{"DOCKER_HOST": "unix:///tmp/h.sock", "DOCKER_CONTEXT": "b"},
		{"DOCKER_CONFIG": "bad"},
		{"DOCKER_CONFIG": "none"},
	} {
		all := map[string]string{"DOCKER_CONFIG": "cfg"}
		for k, v := range env {
			all[k] = v
		}
		all["DOCKER_CONFIG"] = filepath.Join(home, all["DOCKER_CONFIG"])
		cmd := exec.CommandContext(t.Context(), "docker", "context", "inspect", "--format", "{{.Name}} {{.Endpoints.docker.Host}}")
		cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home}
		for k, v := range all {
			cmd.Env = append(cmd.Env, k+"="+v)
		}
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v: %v", env, err)
		}
		ep, err := engine.Find(engine.Env{Home: home, Getenv: func(k string) string { return all[k] }})
		if got := ep.Context + " " + ep.Host; err != nil || got != strings.TrimSpace(string(out)) {
			t.Errorf("%v: found %q (%v), docker uses %q", env, got, err, out)
		}
	}
}

func TestOthers(t *testing.T) {
	home := t.TempDir()
	listen := func(name string) string {
		path := filepath.Join(home, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		l, err := net.Listen("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() })
		return path
	}
	rootless := listen("run/docker.sock")
	desktop := listen(".docker/desktop/docker.sock")
	writeTree(t, home, map[string]string{".docker/run/docker.sock": "no socket"})
	env := engine.Env{Home: home, Getenv: func(k string) string {
		return map[string]string{"XDG_RUNTIME_DIR": filepath.Join(home, "run"), "DOCKER_HOST": "unix://" + rootless}[k]
	}}
	var hosts []string
	for _, ep := range engine.Others(env) {
		if strings.Contains(ep.Host, home) {
			hosts = append(hosts, ep.Host)
		}
	}
	if diff := cmp.Diff([]string{"unix://" + desktop}, hosts); diff != "" {
		t.Error(diff)
	}
}

func TestClassify(t *testing.T) {
	for kind, errs := range map[engine.Kind][]error{
		engine.NotFound:   {fs.ErrNotExist, &net.DNSError{IsNotFound: true}},
		engine.Permission: {&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", errAccess)}},
		engine.API:        {errors.New("permission denied: no such file: connection refused")}, // never by text
	} {
		for _, err := range errs {
			if got := engine.Classify(err); got != kind {
				t.Errorf("%v is %q, want %q", err, got, kind)
			}
		}
	}
	if engine.Classify(nil) != "" {
		t.Error("no error has a kind")
	}
}
