package checker

import (
	"path"
	"slices"
	"strings"

	"github.com/naru-lab/naru/checker/engine"
)

// judgeEntries judges what a directory or an archive has. Where in an archive
// an entry lies decides where unpacking puts it: the whole path counts.
func (s *pathSpec) judgeEntries(r *verdict, sub Subject, file *engine.File) {
	have := file.Entries
	if file.Type != "directory" {
		var err error
		if have, err = archiveEntries(file.Content); err != nil {
			r.add(sub, "path.entries", Malformed, strings.Join(s.Entries, ", "), "").explain("not-an-archive")
			return
		}
	}
	var missing []string
	folder := ""
	for _, w := range s.Entries {
		w = strings.Trim(path.Clean("/"+w), "/")
		// A folder may be there by what is in it alone.
		if slices.ContainsFunc(have, func(h string) bool { return h == w || strings.HasPrefix(h, w+"/") }) {
			continue
		}
		missing = append(missing, w)
		if i := slices.IndexFunc(have, func(h string) bool { return strings.HasSuffix(h, "/"+w) }); i >= 0 {
			folder = strings.TrimSuffix(have[i], "/"+w)
		}
	}
	if len(missing) == 0 {
		return
	}
	f := r.add(sub, "path.entries", Missing, strings.Join(missing, ", "), strings.Join(have[:min(12, len(have))], ", "))
	if folder != "" {
		f.explain("in-a-folder", "Folder", folder)
	}
}

// judgeBuried judges that none of an image's layers holds a path that the
// image itself does not show: what a later layer hides can be taken out again.
func (v *view) judgeBuried(r *verdict, sub Subject, ref, p string) {
	layers, known := v.layers(ref, p)
	if !known || len(layers) == 0 {
		return
	}
	f := r.add(sub, "path.layers", Present, "absent", "")
	i, imageKnown := v.namedImage(ref)
	history, historyKnown := v.history(ref)
	if !imageKnown || !historyKnown || i == nil {
		return
	}
	at := len(i.Layers)
	for _, h := range history { // the newest first; the lowest layers may have none
		if h.Empty {
			continue
		}
		if at--; at == layers[0] {
			f.Got = instruction(h.CreatedBy)
			f.explain("made-by", "Instruction", f.Got)
			return
		}
	}
}
