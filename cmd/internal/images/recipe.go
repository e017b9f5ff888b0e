package images

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
)

//go:embed files
var filesFS embed.FS

// file returns an embedded file of a stand-in.
func file(name string) string {
	b, err := filesFS.ReadFile(path.Join("files", name))
	if err != nil {
		panic(err) // a wrong name in this package, which a test would meet
	}
	return string(b)
}

// recipe says what a stand-in is made of.
type recipe struct {
	layers  []layerRecipe // the lowest first
	version [2]string     // a variable, and the package whose version it gets
}

// layerRecipe is one layer: packages of the distribution (with what they
// depend on, less what lower layers have), and files written around them.
type layerRecipe struct {
	name     string     // also its entry in the image's history
	packages [][]string // alternatives: the first that the distribution has
	rules    rules
	write    func(k *kitchen) error
}

// kitchen is what a layer is written with.
type kitchen struct {
	context.Context

	apt      *apt
	platform Platform
	w        *layerWriter
	debs     []deb
	rules    rules
	release  release
}

// unpack adds the layer's packages.
func (k *kitchen) unpack() error { return k.apt.unpack(k.Context, k.w, k.debs, k.rules) }

// recipes are the stand-ins by the image's name, without tag.
var recipes = map[string]recipe{
	"hello-world": {layers: []layerRecipe{{name: "hello", write: writeHello}}},
	"busybox":     {layers: []layerRecipe{{name: "busybox", packages: [][]string{{"busybox-static"}}, write: writeBusybox}}},
	"nginx":       {layers: []layerRecipe{system, nginxLayer}, version: [2]string{"NGINX_VERSION", "nginx"}},
	"node":        {layers: []layerRecipe{system, nodeLayer}, version: [2]string{"NODE_VERSION", "nodejs"}},
}

func recipeOf(img Image) (recipe, bool) {
	name, _, _ := strings.Cut(img.Ref, ":")
	r, ok := recipes[name]
	return r, ok
}

func (r recipe) needsPackages() bool {
	return slices.ContainsFunc(r.layers, func(l layerRecipe) bool { return l.packages != nil })
}

// system is the lowest layer of the stand-ins for images on Alpine: busybox, a
// C library, certificates and users.
var system = layerRecipe{
	name:     "system",
	packages: [][]string{{"busybox-static", "libc6", "libgcc-s1", "zlib1g", "ca-certificates"}},
	rules:    rules{drop: []string{"usr/lib/gconv/", "usr/bin/update-ca-certificates"}},
	write:    writeSystem,
}

func writeHello(k *kitchen) error {
	program, err := helloProgram(k.platform, helloText)
	if err != nil {
		return err
	}
	k.w.text("hello", 0o755, string(program))
	return nil
}

// busyboxProgram unpacks the packages and returns the busybox among them,
// wherever the distribution has it.
func (k *kitchen) busyboxProgram() ([]byte, error) {
	var program []byte
	outer := k.rules
	isBusybox := func(n string) bool { return n == "bin/busybox" || n == "usr/bin/busybox" }
	k.rules.take = func(n string) bool { return isBusybox(n) || outer.take != nil && outer.take(n) }
	k.rules.took = func(n string, b []byte) {
		if isBusybox(n) {
			program = b
		} else {
			outer.took(n, b)
		}
	}
	if err := k.unpack(); err != nil {
		return nil, err
	}
	if program == nil {
		return nil, &PackagesError{Kind: BadPackage, Err: errors.New("no busybox in busybox-static")}
	}
	return program, nil
}

// writeBusybox lays out what the official busybox image has: one program under
// all of its names in /bin, users, and a few folders.
func writeBusybox(k *kitchen) error {
	for _, d := range []string{"bin", "dev", "etc", "lib", "usr/bin", "usr/sbin", "var/spool"} {
		k.w.dir(d, 0o755, root)
	}
	k.w.dir("home", 0o755, owner{65534, 65534})
	k.w.dir("root", 0o700, root)
	k.w.dir("tmp", 0o1777, root)
	k.w.dir("var/spool/mail", 0o755, owner{8, 8})
	k.w.dir("var/www", 0o755, owner{33, 33})
	k.rules.plain = true
	program, err := k.busyboxProgram()
	if err != nil {
		return err
	}
	names, err := applets(program)
	if err != nil {
		return &PackagesError{Kind: BadPackage, Err: err}
	}
	k.w.text("bin/busybox", 0o755, string(program))
	for _, n := range names {
		k.w.hardlink("bin/"+n, "bin/busybox")
	}
	k.w.text("bin/adduser", 0o755, file("adduser.sh"))
	k.w.symlink("bin/addgroup", "adduser")
	k.w.symlink("usr/bin/env", "../../bin/env")
	k.users("busybox")
	k.w.text("etc/os-release", 0o644, k.release.standin())
	return nil
}

// users writes the account files that the image starts from.
func (k *kitchen) users(like string) {
	passwd := file(like + ".passwd")
	k.w.text("etc/passwd", 0o644, passwd)
	k.w.text("etc/group", 0o644, file(like+".group"))
	k.w.stream("etc/shadow", 0o640, root, int64(len(shadow(passwd))), strings.NewReader(shadow(passwd)))
	k.w.text("etc/nsswitch.conf", 0o644, "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nservices: files\nprotocols: files\n")
	k.w.text("etc/services", 0o644, "http\t80/tcp\nhttps\t443/tcp\nssh\t22/tcp\ndomain\t53/tcp\ndomain\t53/udp\n")
}

// shadow gives each account a password that nothing matches.
func shadow(passwd string) string {
	var b strings.Builder
	for line := range strings.Lines(passwd) {
		name, _, _ := strings.Cut(line, ":")
		fmt.Fprintf(&b, "%s:*:::::::\n", name)
	}
	return b.String()
}

// withAccount adds an account to an account file that the layer below has.
func withAccount(below, line string) string { return below + line + "\n" }

func writeSystem(k *kitchen) error {
	for _, d := range []string{
		"dev", "etc", "home", "media", "mnt", "opt", "proc", "run", "srv", "sys", "usr/bin", "usr/lib", "usr/local/bin",
		"usr/local/lib", "usr/share", "var/cache", "var/lib", "var/log",
	} {
		k.w.dir(d, 0o755, root)
	}
	k.w.dir("root", 0o700, root)
	k.w.dir("tmp", 0o1777, root)
	k.w.dir("var/tmp", 0o1777, root)
	for _, l := range mergedLinks {
		k.w.symlink(l[0], l[1])
	}
	if k.platform.Arch == "amd64" {
		k.w.symlink("lib64", "usr/lib64")
	}
	k.w.symlink("var/run", "../run")
	certificates := map[string]string{}
	k.rules.take = func(n string) bool { return strings.HasPrefix(n, "usr/share/ca-certificates/") }
	k.rules.took = func(n string, b []byte) { certificates[n] = strings.TrimSpace(string(b)) + "\n" }
	program, err := k.busyboxProgram()
	if err != nil {
		return err
	}
	names, err := applets(program)
	if err != nil {
		return &PackagesError{Kind: BadPackage, Err: err}
	}
	k.w.text("usr/bin/busybox", 0o755, string(program))
	for _, n := range names {
		if !k.w.has("usr/bin/" + n) {
			k.w.symlink("usr/bin/"+n, "/bin/busybox")
		}
	}
	k.w.text("usr/bin/adduser", 0o755, file("adduser.sh"))
	k.w.symlink("usr/bin/addgroup", "adduser")
	k.w.text("etc/ssl/certs/ca-certificates.crt", 0o644, bundle(certificates))
	k.w.symlink("etc/ssl/cert.pem", "certs/ca-certificates.crt")
	k.users("alpine")
	k.w.text("etc/os-release", 0o644, k.release.standin())
	k.w.text("etc/profile", 0o644, "export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n")
	return nil
}

// bundle joins certificates as update-ca-certificates does, in the order of
// their names.
func bundle(certificates map[string]string) string {
	var b strings.Builder
	names := make([]string, 0, len(certificates))
	for n := range certificates {
		if strings.HasSuffix(n, ".crt") {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	for _, n := range names {
		b.WriteString(certificates[n])
	}
	return b.String()
}

var nginxLayer = layerRecipe{
	name:     "nginx",
	packages: [][]string{{"nginx-light"}, {"nginx"}},
	rules: rules{drop: []string{
		"etc/nginx/nginx.conf", "etc/nginx/sites-available/", "etc/nginx/sites-enabled/", "etc/nginx/modules-available/",
		"etc/nginx/modules-enabled/", "etc/nginx/snippets/", "etc/nginx/conf.d/", "usr/share/nginx/html/", "usr/lib/nginx/modules/",
		"usr/share/nginx/modules-available/", "etc/nginx/koi-utf", "etc/nginx/koi-win", "etc/nginx/win-utf",
		"usr/lib/python3/", "usr/share/nginx/modules", "etc/letsencrypt/",
	}},
	write: writeNginx,
}

func writeNginx(k *kitchen) error {
	nginx := owner{101, 101}
	k.w.dir("etc/nginx/conf.d", 0o755, root)
	k.w.dir("docker-entrypoint.d", 0o755, root)
	k.w.dir("usr/lib/nginx/modules", 0o755, root)
	k.w.dir("var/cache/nginx", 0o755, nginx)
	k.w.dir("var/log/nginx", 0o755, nginx)
	k.w.dir("var/lib/nginx", 0o755, root)
	if err := k.unpack(); err != nil {
		return err
	}
	if !k.w.has("usr/bin/nginx") || !k.w.has("etc/nginx/mime.types") {
		return &PackagesError{Kind: BadPackage, Err: errors.New("no nginx in the packages of nginx")}
	}
	k.w.text("etc/nginx/nginx.conf", 0o644, file("nginx.conf"))
	k.w.text("etc/nginx/conf.d/default.conf", 0o644, file("nginx-default.conf"))
	k.w.symlink("etc/nginx/modules", "/usr/lib/nginx/modules")
	k.w.text("usr/share/nginx/html/index.html", 0o644, file("index.html"))
	k.w.text("usr/share/nginx/html/50x.html", 0o644, file("50x.html"))
	k.w.symlink("var/log/nginx/access.log", "/dev/stdout")
	k.w.symlink("var/log/nginx/error.log", "/dev/stderr")
	k.w.text("docker-entrypoint.sh", 0o755, file("nginx-entrypoint.sh"))
	k.w.text("docker-entrypoint.d/20-envsubst-on-templates.sh", 0o755, file("20-envsubst-on-templates.sh"))
	k.w.text("etc/passwd", 0o644, withAccount(file("alpine.passwd"), "nginx:x:101:101:nginx:/var/cache/nginx:/sbin/nologin"))
	k.w.text("etc/group", 0o644, withAccount(file("alpine.group"), "nginx:x:101:nginx"))
	return nil
}

var nodeLayer = layerRecipe{
	name:     "node",
	packages: [][]string{{"nodejs", "npm"}},
	rules: rules{drop: []string{
		"usr/share/nodejs/npm/docs/", "usr/share/nodejs/npm/man/", "usr/share/nodejs/@types/",
		"usr/share/nodejs/undici-types/", "usr/share/perl5/",
	}},
	write: writeNode,
}

func writeNode(k *kitchen) error {
	if err := k.unpack(); err != nil {
		return err
	}
	const npm = "usr/share/nodejs/npm/bin/"
	if !k.w.has("usr/bin/node") || !k.w.has(npm+"npm-cli.js") {
		return &PackagesError{Kind: BadPackage, Err: errors.New("no node and npm in the packages of node")}
	}
	for _, l := range [][2]string{{"node", "/usr/bin/node"}, {"nodejs", "/usr/bin/node"}, {"npm", "/" + npm + "npm-cli.js"}, {"npx", "/" + npm + "npx-cli.js"}} {
		k.w.symlink("usr/local/bin/"+l[0], l[1])
	}
	if !k.w.has("usr/share/nodejs/node-gyp") {
		k.w.text("usr/share/nodejs/node-gyp/package.json", 0o644, `{"name":"node-gyp","version":"0.0.0","bin":"./bin/node-gyp.js"}`+"\n")
		k.w.text("usr/share/nodejs/node-gyp/bin/node-gyp.js", 0o755, file("node-gyp.js"))
	}
	// what would wait for a registry that isn't there: each `npm ci` for ten seconds
	k.w.text("etc/npmrc", 0o644, "audit=false\nfund=false\nupdate-notifier=false\n")
	k.w.dir("usr/local/lib/node_modules", 0o755, root)
	k.w.symlink("usr/local/lib/node_modules/npm", "/usr/share/nodejs/npm")
	k.w.text("usr/local/bin/docker-entrypoint.sh", 0o755, file("node-entrypoint.sh"))
	k.w.dir("home/node", 0o755, owner{1000, 1000})
	k.w.text("etc/passwd", 0o644, withAccount(file("alpine.passwd"), "node:x:1000:1000::/home/node:/bin/sh"))
	k.w.text("etc/group", 0o644, withAccount(file("alpine.group"), "node:x:1000:"))
	return nil
}

// upstream finds the program's own version in a package's:
// "1:1.22.1-9+deb12u11" is 1.22.1.
var upstream = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(?:\d+:)?(\d+(?:\.\d+)*)`) })

func upstreamVersion(debs []deb, name string) string {
	for _, d := range debs {
		if m := upstream().FindStringSubmatch(d.version); d.name == name && m != nil {
			return m[1]
		}
	}
	return ""
}
