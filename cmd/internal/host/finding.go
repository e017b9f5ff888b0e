package host

import (
	"embed"
	"io/fs"
	"sync"

	"github.com/naru-lab/naru/checker/messages"
)

// Level is how much a finding stands in a learner's way.
type Level string

// The levels, the worst first.
const (
	Blocks Level = "blocks" // lessons can't be played until it is mended
	Warns  Level = "warns"  // something will go wrong, sooner or later
	Info   Level = "info"   // good to know
	OK     Level = "ok"     // looked at, and in order
)

// Finding is one thing that Diagnose has to say.
type Finding struct {
	ID       string         `json:"id"` // stable: "engine-down", "port-taken"; see the catalogue
	Level    Level          `json:"level"`
	Values   map[string]any `json:"values,omitempty"`
	Commands []string       `json:"commands,omitempty"` // what to type against it, in this order
}

// Words are a finding's texts in one language. Why and Fix are empty where
// there is nothing to mend.
type Words struct {
	What string `json:"what"`          // what is wrong
	Why  string `json:"why,omitempty"` // why it matters, or where it comes from
	Fix  string `json:"fix,omitempty"` // what to do, before the commands
}

// Say words a finding in "ko" or "en".
func (f Finding) Say(lang string) Words {
	w := Words{What: say(lang, "doctor."+f.ID+".what", f.Values)}
	if f.Level == OK {
		return w
	}
	w.Why = say(lang, "doctor."+f.ID+".why", f.Values)
	w.Fix = say(lang, "doctor."+f.ID+".fix", f.Values)
	return w
}

// Worded is a finding with its texts, as JSON shows it.
type Worded struct {
	Finding
	Words
}

// Word words findings in "ko" or "en".
func Word(lang string, findings []Finding) []Worded {
	worded := make([]Worded, len(findings))
	for i, f := range findings {
		worded[i] = Worded{f, f.Say(lang)}
	}
	return worded
}

// Worst is the level of the worst finding; OK when there is none.
func Worst(findings []Finding) Level {
	worst := OK
	for _, f := range findings {
		if f.Level.rank() < worst.rank() {
			worst = f.Level
		}
	}
	return worst
}

func (l Level) rank() int {
	switch l {
	case Blocks:
		return 0
	case Warns:
		return 1
	case Info:
		return 2
	case OK:
	}
	return 3
}

//go:embed messages/*.yaml
var texts embed.FS

// catalog is read once, when the first text is asked for.
var catalog = sync.OnceValue(func() *messages.Catalog {
	dir, err := fs.Sub(texts, "messages")
	if err != nil {
		panic(err) // the directory is embedded
	}
	return messages.New(dir)
})

func say(lang, id string, data map[string]any) string {
	return catalog().Say(lang, id, data)
}
