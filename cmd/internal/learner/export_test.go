package learner

import "time"

// WaitFor makes a store wait for locks as long as a test can.
func (s *Store) WaitFor(d time.Duration) { s.journal.wait = d }
