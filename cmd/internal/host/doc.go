// Package host looks at the machine that a learner works on: what it is
// (Describe), what keeps Docker from working there and what to type against it
// (Diagnose), and how an engine comes to run where there is none (PlanSetup).
//
// Everything that it knows of the machine comes through a Machine: a root
// directory, an environment, a way to run commands and a way to talk to an
// engine. Local is the real one; tests make WSL, a Raspberry Pi or a broken
// engine out of a directory.
//
// Looking never changes anything and never takes longer than Bound for a
// probe. Only a Plan that is Run changes the machine, and every command that
// it will run is in the plan.
package host
