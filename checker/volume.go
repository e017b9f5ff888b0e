package checker

import (
	"slices"
	"time"

	"github.com/naru-lab/naru/checker/engine"
)

// volumeSpec is what a check may ask of a volume.
type volumeSpec struct {
	base
	Volume   string   `yaml:"volume"`
	State    presence `yaml:"state"`
	Driver   string   `yaml:"driver"`
	Labels   pairs    `yaml:"labels"`
	Replaced bool     `yaml:"replaced"`
	UsedBy   []string `yaml:"used_by"`
}

func (s *volumeSpec) subject() Subject { return Subject{Kind: "volume", Name: s.Volume} }

func (s *volumeSpec) validate() []error { return validateName("volume", s.Volume) }

func (s *volumeSpec) compare(v *view) (r verdict) {
	sub := s.subject()
	vol, known := v.volume(s.Volume)
	if !known {
		return r
	}
	if vol == nil {
		if v.judgePresence(&r, sub, s.State, false, time.Time{}) {
			return r
		}
		f := r.add(sub, "volume", Missing, "present", "")
		f.Near = v.nearVolume(s.Volume)
		v.explainRemoved(f)
		return r
	}
	if v.judgePresence(&r, sub, s.State, true, vol.Created) {
		return r
	}
	if s.Driver != "" && vol.Driver != s.Driver {
		r.add(sub, "volume.driver", Different, s.Driver, vol.Driver)
	}
	r.pairs(sub, "volume.labels", s.Labels, vol.Labels)
	if s.Replaced {
		v.judgeReplaced(&r, sub, volumeID(vol), vol.Created)
	}
	for _, name := range s.UsedBy {
		s.judgeUser(v, &r, name)
	}
	r.keep(v, "volume", vol.Name, volumeID(vol))
	return r
}

func (s *volumeSpec) judgeUser(v *view, r *verdict, name string) {
	c, known := v.namedContainer(name)
	if !known {
		return
	}
	if c == nil {
		f := r.add(s.subject(), "volume.used_by", Missing, name, "").explain("no-such-container", "Container", name)
		f.Near = v.nearContainer(name, "")
		return
	}
	if !slices.ContainsFunc(c.Mounts, func(m engine.Mount) bool { return m.Type == "volume" && m.Name == s.Volume }) {
		f := r.add(s.subject(), "volume.used_by", Missing, name, showMounts(v, c))
		f.Near = v.nearMount(mountSpec{kind: "volume", source: s.Volume}, c)
	}
}

// volumeID stands in for the ID that volumes don't have.
func volumeID(vol *engine.Volume) string { return vol.Created.UTC().Format(time.RFC3339Nano) }

// nearVolume finds what comes near to a volume that isn't there.
func (v *view) nearVolume(name string) Near {
	volumes, known := v.volumes()
	if !known {
		return Near{}
	}
	rivals := make([]rival, 0, len(volumes))
	for _, vol := range volumes {
		rivals = append(rivals, rival{subject: Subject{"volume", vol.Name}, name: vol.Name, created: vol.Created})
	}
	if near := v.nearestName(name, rivals); !near.IsZero() {
		return near
	}
	return v.nearOtherKind(name, "volume")
}
