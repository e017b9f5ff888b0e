package learner

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/naru-lab/naru/checker"
)

// version is the journal's format that this program writes. Records of a
// later one are left alone.
const version = 1

// Kind says what a record tells.
type Kind string

// The kinds of record. A kind that is not among them was written by a later
// naru; it is kept and passed over.
const (
	Started  Kind = "started"  // the lesson was started, or went on: Session, Params, Engine
	At       Kind = "at"       // the learner turned to the step
	Passed   Kind = "passed"   // the step passed: Evidence, Engine
	Tried    Kind = "tried"    // the step was checked and did not pass
	Hinted   Kind = "hint"     // hint number Level was shown
	Solution Kind = "solution" // the solution was shown
	Answered Kind = "answered" // a question was answered: Question, Choices or Text, Right
	Reset    Kind = "reset"    // the lesson begins anew; Left is what could not be removed
)

// Record is one line of the journal.
type Record struct {
	V             int       `json:"v"`
	Time          time.Time `json:"time"`
	Course        string    `json:"course"`
	Lesson        string    `json:"lesson"`
	LessonVersion string    `json:"lessonVersion,omitempty"`
	Kind          Kind      `json:"kind"`
	Step          string    `json:"step,omitempty"`

	Session  string             `json:"session,omitempty"` // of a start, see NewSession
	Params   map[string]string  `json:"params,omitempty"`
	Engine   string             `json:"engine,omitempty"` // EngineKey of the engine that it speaks of
	Evidence []checker.Evidence `json:"evidence,omitempty"`
	Failed   string             `json:"failed,omitempty"` // of a try: the field of its first finding
	Level    int                `json:"level,omitempty"`  // of a hint, from 1
	Question string             `json:"question,omitempty"`
	Choices  []int              `json:"choices,omitempty"` // of a quiz: the options' places, from 0
	Text     string             `json:"text,omitempty"`    // of an open question
	Right    bool               `json:"right,omitempty"`
	Left     []Object           `json:"left,omitempty"`
}

// marshal is the record as one line, with its end.
func (r Record) marshal() ([]byte, error) {
	r.V = version
	line, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encoding a journal record: %w", err)
	}
	if len(line) >= maxLine {
		return nil, fmt.Errorf("encoding a journal record: %d bytes are more than a line may have", len(line))
	}
	return append(line, '\n'), nil
}

// parse reads one line. ok is false for what is no record: a line torn by a
// crash, a format of later times, something else altogether.
func parse(line []byte) (r Record, ok bool) {
	if json.Unmarshal(line, &r) != nil || r.V != version || r.Kind == "" {
		return Record{}, false
	}
	return r, true
}
