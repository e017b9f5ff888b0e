package images

import (
	"context"
	"errors"
)

// State is where an image is, or where it would come from.
type State struct {
	Ref       string `json:"ref"`
	Platform  string `json:"platform"` // the engine's
	From      Source `json:"from"`
	Present   bool   `json:"present"`
	StandIn   bool   `json:"standIn"`            // it is one, or would be
	Packages  string `json:"packages,omitempty"` // what a stand-in that is present was made of
	Download  int64  `json:"download"`           // bytes, approximate; 0 unknown
	Unpacked  int64  `json:"unpacked"`           // bytes, approximate; 0 unknown
	Err       error  `json:"-"`
	ErrorText string `json:"error,omitempty"`
}

// Status looks where images are, and where [Ensure] with the same options
// would get them. It changes nothing, and asks each registry once at most
// whether it answers (this machine, not the engine, which may know mirrors).
func Status(ctx context.Context, e Engine, refs []string, opts Options) ([]State, error) {
	return status(ctx, e, refs, opts, newAsker(), hostFiles{sources: "/etc/apt"})
}

func status(ctx context.Context, e Engine, refs []string, opts Options, ask *asker, host hostFiles) ([]State, error) {
	info, err := e.Info(ctx)
	if err != nil {
		return nil, err
	}
	s := &supplier{engine: e, opts: opts, ask: ask, host: host, platform: platformOfEngine(info)}
	answers := map[string]bool{}
	var list []State
	for _, ref := range refs {
		st := State{Ref: ref, Platform: s.platform.String(), From: FromNowhere}
		if norm, err := Normalize(ref); err != nil {
			st.Err = err
		} else {
			st.Ref = norm
			st.Err = s.look(ctx, &st, answers)
		}
		if engineEnded(st.Err) || ctx.Err() != nil {
			return list, st.Err
		}
		if st.Err != nil {
			st.ErrorText = st.Err.Error()
		}
		list = append(list, st)
	}
	return list, nil
}

func (s *supplier) look(ctx context.Context, st *State, answers map[string]bool) error {
	img, known := Course().Find(st.Ref)
	st.Download, st.Unpacked = int64(img.Size.Download), int64(img.Size.Unpacked)
	standIn, err := s.present(ctx, st.Ref)
	if err == nil {
		st.Present, st.StandIn, st.From, st.Download = true, standIn, FromEngine, 0
		if there, err := s.engine.Image(ctx, st.Ref); err == nil && there != nil {
			st.Packages = there.Labels[Label]
		}
		return nil
	}
	if !errors.Is(err, errAbsent) {
		return err
	}
	if known && !img.Has(s.platform) {
		return &PlatformError{Ref: st.Ref, Platform: s.platform.String(), Platforms: img.Platforms}
	}
	registry := registryOf(st.Ref)
	if _, asked := answers[registry]; !asked {
		answers[registry] = !s.opts.SkipRegistry && s.ask.answers(ctx, st.Ref)
	}
	switch {
	case answers[registry]:
		st.From = FromRegistry
	case known && s.opts.AllowPackages:
		m := &maker{img: img, platform: s.platform, cache: cache{dir: s.opts.CacheDir}, release: readRelease("/etc/os-release")}
		st.StandIn = true
		if _, err := m.cache.find(m.key()); err == nil {
			st.From, st.Download = FromCache, 0
			return nil
		}
		if r, _ := recipeOf(img); r.needsPackages() {
			if err := (&apt{host: s.host}).available(); err != nil {
				return err
			}
		}
		st.From = FromPackages
	default:
		return &PullError{Ref: st.Ref, Reason: Unreachable, Err: errSilent}
	}
	return nil
}
