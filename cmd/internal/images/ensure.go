package images

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/distribution/reference"

	"github.com/naru-lab/naru/checker/engine"
)

// Engine is what this package needs of an engine; *engine.Client has it.
type Engine interface {
	Info(ctx context.Context) (*engine.Info, error)
	Image(ctx context.Context, ref string) (*engine.Image, error) // nil: there is none
	PullImage(ctx context.Context, ref, platform string, progress func(engine.Progress)) error
	LoadImage(ctx context.Context, archive io.Reader, progress func(engine.Progress)) error
}

// DecideTime is how long an engine's pull may be without a word before the
// registry counts as not answering.
const DecideTime = 5 * time.Second

// Options of [Ensure].
type Options struct {
	Progress      func(Event)   // may be nil
	AllowPackages bool          // make stand-ins where no registry gives an image
	SkipRegistry  bool          // don't ask registries at all
	CacheDir      string        // of made images: see CacheDir
	Decide        time.Duration // how long a registry may be silent; 0: DecideTime
}

// Source is where an image comes from.
type Source string

// The sources.
const (
	FromEngine   Source = "engine"   // it was there
	FromRegistry Source = "registry" // pulled
	FromCache    Source = "cache"    // a stand-in made before
	FromPackages Source = "packages" // a stand-in made from the distribution's packages
	FromNowhere  Source = "nowhere"  // it can't be had
)

// Outcome is what became of one image.
type Outcome struct {
	Ref     string `json:"ref"`
	From    Source `json:"from"`
	StandIn bool   `json:"standIn"`
	Reason  Reason `json:"reason,omitempty"` // why a registry did not give it
	Err     error  `json:"-"`
	Error   string `json:"error,omitempty"` // Err's words
}

// Result is what [Ensure] did, in the order of the references.
type Result []Outcome

// ForeignError is an image that is present, but made for other machines. It is
// never replaced: removing it is the learner's decision.
type ForeignError struct {
	Ref   string
	Found string // "linux/arm64"
	Want  string // the engine's
}

func (e *ForeignError) Error() string {
	return fmt.Sprintf("image %q is there for %s, and the engine runs %s", e.Ref, e.Found, e.Want)
}

// Ensure makes images present on an engine. What is there stays as it is; the
// rest is pulled, or, where no registry gives it and packages are allowed,
// made and loaded as a stand-in. It goes on with the other images when one
// fails, and doing it again does only what is still missing.
//
// The error joins those of the images ([*PullError], [*PackagesError],
// [*PlatformError], [*ForeignError]); one of the engine's own (*engine.Error)
// ends it at once.
func Ensure(ctx context.Context, e Engine, refs []string, opts Options) (Result, error) {
	return ensure(ctx, e, refs, opts, newAsker(), hostFiles{sources: "/etc/apt"})
}

func ensure(ctx context.Context, e Engine, refs []string, opts Options, ask *asker, host hostFiles) (Result, error) {
	info, err := e.Info(ctx)
	if err != nil {
		return nil, err
	}
	s := &supplier{engine: e, opts: opts, ask: ask, host: host, platform: platformOfEngine(info), silent: map[string]bool{}}
	if s.opts.Decide == 0 {
		s.opts.Decide = DecideTime
	}
	var (
		result Result
		all    []error
	)
	for _, ref := range refs {
		out := s.supply(ctx, ref)
		if out.Err != nil {
			out.Error = out.Err.Error()
		}
		result = append(result, out)
		if out.Err == nil {
			continue
		}
		all = append(all, out.Err)
		if ctx.Err() != nil || engineEnded(out.Err) {
			break
		}
	}
	return result, errors.Join(all...)
}

// engineEnded says whether an error is the engine's own rather than one about
// an image.
func engineEnded(err error) bool {
	var pull *PullError
	return !errors.As(err, &pull) && engine.KindOf(err) != "" && engine.KindOf(err) != engine.API
}

func platformOfEngine(i *engine.Info) Platform {
	return Platform{OS: "linux", Arch: i.Arch, Variant: i.Variant}.normal()
}

// supplier makes images present on one engine.
type supplier struct {
	engine   Engine
	opts     Options
	ask      *asker
	host     hostFiles
	platform Platform
	silent   map[string]bool // registries that did not answer
}

func (s *supplier) say(e Event) {
	if s.opts.Progress != nil {
		e.Platform = s.platform.String()
		s.opts.Progress(e)
	}
}

func (s *supplier) supply(ctx context.Context, ref string) Outcome {
	norm, err := Normalize(ref)
	if err != nil {
		return Outcome{Ref: ref, From: FromNowhere, Err: err}
	}
	out := Outcome{Ref: norm, From: FromNowhere}
	if out.StandIn, err = s.present(ctx, norm); err == nil {
		out.From = FromEngine
		s.say(Event{Kind: Present, Ref: norm, StandIn: out.StandIn})
		return out
	}
	if !errors.Is(err, errAbsent) {
		out.Err = err
		return out
	}
	img, known := Course().Find(norm)
	if known && !img.Has(s.platform) {
		out.Err = &PlatformError{Ref: norm, Platform: s.platform.String(), Platforms: img.Platforms}
		return out
	}
	err = s.pull(ctx, norm, img)
	if err == nil {
		out.From = FromRegistry
		s.say(Event{Kind: Pulled, Ref: norm})
		return out
	}
	var pull *PullError
	if !errors.As(err, &pull) {
		out.Err = err
		return out
	}
	out.Reason = pull.Reason
	if !known || !s.opts.AllowPackages {
		out.Err = err
		return out
	}
	s.say(Event{Kind: NoAnswer, Ref: norm, Reason: pull.Reason, Err: err})
	if out.From, err = s.standIn(ctx, img); err != nil {
		out.From, out.Err = FromNowhere, err
		return out
	}
	out.StandIn = true
	s.say(Event{Kind: StandIn, Ref: norm, StandIn: true})
	return out
}

var errAbsent = errors.New("no such image")

// present looks for an image that the engine can run: nil, errAbsent, or a
// ForeignError.
func (s *supplier) present(ctx context.Context, ref string) (standIn bool, err error) {
	img, err := s.engine.Image(ctx, ref)
	if err != nil {
		return false, err
	}
	if img == nil {
		return false, errAbsent
	}
	if found := (Platform{OS: img.OS, Arch: img.Arch, Variant: img.Variant}).normal(); !runs(s.platform, found) {
		return false, &ForeignError{Ref: ref, Found: found.String(), Want: s.platform.String()}
	}
	_, standIn = img.Labels[Label]
	return standIn, nil
}

// runs says whether an engine's machine runs images of a platform without
// help: its own, amd64 also 386, and 32-bit ARM also lower variants.
func runs(machine, img Platform) bool {
	switch {
	case img.OS != "" && img.OS != machine.OS:
		return false
	case img.Arch == "" || img.Arch == machine.Arch && img.Arch != "arm":
		return true
	case machine.Arch == "amd64":
		return img.Arch == "386"
	case machine.Arch == "arm" && img.Arch == "arm":
		return img.Variant <= machine.Variant
	}
	return false
}

// errSilent ends a pull without a word.
var errSilent = errors.New("no registry answered in time")

// pull pulls an image; a PullError says why there is none to be had.
func (s *supplier) pull(ctx context.Context, ref string, img Image) error {
	registry := registryOf(ref)
	if s.opts.SkipRegistry || s.silent[registry] {
		return &PullError{Ref: ref, Reason: Unreachable, Err: errSilent}
	}
	s.say(Event{Kind: Pulling, Ref: ref, Total: int64(img.Size.Download)})
	inner, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silence := time.AfterFunc(s.opts.Decide, func() { cancel(errSilent) })
	defer silence.Stop()
	sum := &transfer{total: int64(img.Size.Download)}
	err := s.engine.PullImage(inner, ref, s.platform.String(), func(p engine.Progress) {
		silence.Stop()
		if sum.add(p) {
			s.say(Event{Kind: Layer, Ref: ref, Layer: p.ID, Current: sum.current(), Total: sum.known()})
		}
	})
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(context.Cause(inner), errSilent):
		s.silent[registry] = true
		return &PullError{Ref: ref, Reason: Unreachable, Err: errSilent}
	case engineEnded(err):
		return err
	}
	reason := s.ask.pullReason(ctx, ref, s.platform, err)
	if reason == Unreachable || reason == RateLimit {
		s.silent[registry] = true
	}
	return &PullError{Ref: ref, Reason: reason, Err: err}
}

func registryOf(ref string) string {
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return ""
	}
	return reference.Domain(named)
}

// standIn makes an image and loads it, unless one of its name has come to be
// in the meantime.
func (s *supplier) standIn(ctx context.Context, img Image) (Source, error) {
	from := FromPackages
	archive, err := make1(ctx, img.Ref, s.platform.String(), s.opts.CacheDir, func(e Event) {
		if e.Kind == Cached {
			from = FromCache
		}
		s.say(e)
	}, s.host)
	if err != nil {
		return FromNowhere, err
	}
	if _, err := s.present(ctx, img.Ref); !errors.Is(err, errAbsent) {
		return FromEngine, err
	}
	f, err := os.Open(archive)
	if err != nil {
		return FromNowhere, fmt.Errorf("opening a made image: %w", err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return FromNowhere, fmt.Errorf("opening a made image: %w", err)
	}
	counted := &counter{r: f, say: func(n int64) {
		s.say(Event{Kind: Loading, Ref: img.Ref, Current: n, Total: info.Size()})
	}}
	if err := s.engine.LoadImage(ctx, counted, nil); err != nil {
		return FromNowhere, err
	}
	if _, err := s.present(ctx, img.Ref); err != nil {
		return FromNowhere, fmt.Errorf("loading image %q: %w", img.Ref, err)
	}
	return from, nil
}

// counter tells how much was read, once for each MiB and at the end.
type counter struct {
	r    io.Reader
	n    int64
	told int64
	say  func(n int64)
}

// Read implements io.Reader.
func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	if c.n-c.told >= 1<<20 || err != nil && c.n > c.told {
		c.told = c.n
		c.say(c.n)
	}
	return n, err
}

// transfer adds up the layers of a pull.
type transfer struct {
	layers map[string]engine.Progress
	total  int64 // what the catalogue expects
}

// add takes a word of progress, and says whether the sum changed. A layer's
// bytes are told twice, when it comes and when it is unpacked: the higher holds.
func (t *transfer) add(p engine.Progress) bool {
	if p.ID == "" || p.Total <= 0 {
		return false
	}
	if t.layers == nil {
		t.layers = map[string]engine.Progress{}
	}
	old := t.layers[p.ID]
	if p.Total <= old.Total && p.Current <= old.Current {
		return false
	}
	t.layers[p.ID] = engine.Progress{Current: max(p.Current, old.Current), Total: max(p.Total, old.Total)}
	return true
}

func (t *transfer) current() (n int64) {
	for _, l := range t.layers {
		n += l.Current
	}
	return n
}

// known is the sum of the layers known so far, and at least what the catalogue
// expects until more is known.
func (t *transfer) known() (n int64) {
	for _, l := range t.layers {
		n += l.Total
	}
	return max(n, t.total, t.current())
}
