package images

import (
	"embed"
	"errors"
	"io/fs"
	"strings"

	"github.com/docker/go-units"
)

//go:embed messages
var messagesFS embed.FS

// Messages returns the sentences of this package: ko.yaml and en.yaml, for the
// catalogue of checker/messages.
func Messages() fs.FS {
	sub, err := fs.Sub(messagesFS, "messages")
	if err != nil {
		panic(err) // an embedded folder
	}
	return sub
}

// Message gives an event's id in the catalogue and the values of its
// placeholders.
func (e Event) Message() (id string, data map[string]any) {
	id = "images." + string(e.Kind)
	switch {
	case e.Kind == Present && e.StandIn:
		id += ".stand-in"
	case e.Kind == NoAnswer:
		id += "." + string(e.Reason)
	}
	return id, map[string]any{
		"Ref": e.Ref, "Platform": e.Platform, "Layer": e.Layer, "Count": e.Count,
		"Current": units.HumanSize(float64(e.Current)), "Total": units.HumanSize(float64(e.Total)),
	}
}

// Message gives the id and the values of what a person is told of an error of
// this package; ok is false for other errors.
func Message(err error) (id string, data map[string]any, ok bool) {
	var (
		pull     *PullError
		platform *PlatformError
		foreign  *ForeignError
		unknown  *UnknownError
		packages *PackagesError
	)
	data = map[string]any{"Err": ""}
	switch {
	case errors.As(err, &packages):
		data["Err"] = packages.Error()
		return "images.error." + string(packages.Kind), data, true
	case errors.As(err, &pull):
		data["Ref"], data["Err"] = pull.Ref, pull.Err.Error()
		return "images.error." + string(pull.Reason), data, true
	case errors.As(err, &foreign):
		data["Ref"], data["Found"], data["Want"] = foreign.Ref, foreign.Found, foreign.Want
		return "images.error.foreign", data, true
	case errors.As(err, &platform):
		data["Ref"], data["Platform"], data["Platforms"] = platform.Ref, platform.Platform, strings.Join(platform.Platforms, ", ")
		return "images.error.platform", data, true
	case errors.As(err, &unknown):
		data["Ref"] = unknown.Ref
		return "images.error.unknown", data, true
	}
	return "", nil, false
}
