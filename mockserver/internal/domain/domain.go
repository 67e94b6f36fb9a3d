// Package domain holds the rules of assessments and their workflows. It is
// pure: no I/O, no clock, no randomness. What an assessment looks like is a
// function of what was decided about it and of the time it is asked at, so
// nothing has to run for a workflow to advance.
package domain

import "time"

// State is the state of a workflow, spelt as the contract spells it.
type State string

// The states. There is none for a workflow at its end: it stays Active, and
// only its outcome tells (freedom cancel-after-completion lives on that).
const (
	Active    State = "Active"
	Cancelled State = "Cancelled"
	Failed    State = "Error"
)

// Failure is what went wrong in a workflow: the four error fields.
type Failure struct {
	Step    string // name of the step that failed
	Type    string // kind of error
	Message string // why, in words
	Details any    // more about it, as JSON would hold it; never nil for a failure
}

// Step is one step of a workflow.
type Step struct {
	Name    string
	Takes   time.Duration // how long it runs; of no meaning for a manual step
	Manual  bool          // waits for somebody, and so never ends by itself
	Outcome string        // ID of an interim outcome that it sets at its end, or empty
	Fails   *Failure      // the step ends in this failure; nil if it succeeds
}

// Template is what an assessment is made from.
type Template struct {
	ID              string
	Name            string
	InitialOutcome  string // ID of the outcome at the start
	EndOutcome      string // ID of the outcome at the end
	CanceledOutcome string // ID of the outcome of a cancelled assessment
	Steps           []Step
}

// Entity is a company or an individual.
type Entity struct {
	ID   string
	Name string
	Type string // such as company or individual
}

// Outcome is a result that an institution has defined.
type Outcome struct {
	ID   string
	Name string
}

// Statuses are the IDs of the statuses that an institution gives.
type Statuses struct {
	Starting string // of a new assessment
	Terminal string // of a cancelled one, where cancelling changes the status
}

// DefaultRegion is the region of every host that names none.
const DefaultRegion = "eu"

// Owner is the institution that owns everything else, as the API shows it.
type Owner struct {
	ID       string
	Name     string
	Statuses Statuses
}
