// Package messages is the catalogue of everything that the command line says
// to people, in Korean and English.
package messages

import (
	"embed"

	"github.com/naru-lab/naru/checker/messages"
)

//go:embed ko.yaml en.yaml
var files embed.FS

// Catalog is the command line's catalogue.
func Catalog() *messages.Catalog { return messages.New(files) }
