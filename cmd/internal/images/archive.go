package images

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// archive is an image to be written as a docker-archive, which every engine
// loads: its configuration and its layers, named by their digests, and a list
// of both (moby image/spec).
//
// go-containerregistry writes them too; it is done here because with its writer
// come decompressors whose tables are made at every start of the program.
type archive struct {
	tag    string
	config v1.ConfigFile
	layers []*layer
}

// add puts a layer on top.
func (a *archive) add(l *layer, h v1.History) {
	a.layers = append(a.layers, l)
	a.config.RootFS.DiffIDs = append(a.config.RootFS.DiffIDs, l.diffID)
	a.config.History = append(a.config.History, h)
}

// write writes the archive. The same image gives the same bytes.
func (a *archive) write(file string) (err error) {
	f, err := os.Create(file)
	if err != nil {
		return fmt.Errorf("creating the image's archive: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := a.writeTo(f); err != nil {
		return fmt.Errorf("writing the image's archive: %w", err)
	}
	return nil
}

func (a *archive) writeTo(w io.Writer) error {
	config, err := json.Marshal(a.config)
	if err != nil {
		return err
	}
	type item struct {
		Config           string
		RepoTags, Layers []string
	}
	list := item{Config: fmt.Sprintf("sha256:%x", sha256.Sum256(config)), RepoTags: []string{a.tag}}
	t := tar.NewWriter(w)
	add := func(name string, size int64, r io.Reader) error {
		if err := t.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: size}); err != nil {
			return err
		}
		_, err := io.Copy(t, r)
		return err
	}
	if err := add(list.Config, int64(len(config)), bytes.NewReader(config)); err != nil {
		return err
	}
	for _, l := range a.layers {
		name := l.digest.Hex + ".tar.gz"
		list.Layers = append(list.Layers, name)
		f, err := os.Open(l.path)
		if err != nil {
			return err
		}
		err = add(name, l.size, f)
		_ = f.Close() // it was only read
		if err != nil {
			return err
		}
	}
	manifest, err := json.Marshal([]item{list})
	if err != nil {
		return err
	}
	if err := add("manifest.json", int64(len(manifest)), bytes.NewReader(manifest)); err != nil {
		return err
	}
	return t.Close()
}
