package checker

import (
	"maps"
	"slices"
	"strings"
)

// Compare holds a state against checks. It does no I/O: the same state and
// checks give the same report, on any machine, at any time.
//
// A check that the state does not hold enough for is reported as waiting;
// with a state from Observe that happens only to checks that act and stand
// below one that has not passed.
func Compare(checks []Check, st *State) Report {
	rep, _ := compare(checks, st)
	return rep
}

// compare is Compare, and says besides what must be observed before its
// report can be final.
func compare(checks []Check, st *State) (Report, []Fact) {
	needs := map[Fact]bool{}
	rep := Report{Results: make([]Result, len(checks))}
	passing := true // all checks so far
	for i, c := range checks {
		res := &rep.Results[i]
		res.Subject = c.Subject
		if c.spec.acts() && !passing {
			res.Waiting = true
			continue
		}
		v := &view{State: st, needs: map[Fact]bool{}}
		verdict := c.spec.compare(v)
		if len(v.needs) > 0 {
			// Not final, whatever it says: a later look decides.
			maps.Copy(needs, v.needs)
			res.Waiting, passing = true, false
			continue
		}
		res.Passed = len(verdict.findings) == 0
		res.Findings = verdict.findings
		for i := range res.Findings {
			res.Findings[i].Note, res.Findings[i].Taken = c.message, st.Taken
		}
		if res.Passed {
			res.Evidence = verdict.evidence
		} else {
			passing = false
		}
	}
	return rep, slices.SortedFunc(maps.Keys(needs), compareFacts)
}

func compareFacts(a, b Fact) int {
	if n := strings.Compare(a.Kind, b.Kind); n != 0 {
		return n
	}
	if n := strings.Compare(a.In, b.In); n != 0 {
		return n
	}
	return strings.Compare(a.Name, b.Name)
}
