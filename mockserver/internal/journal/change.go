package journal

import "example.com/assay/mockserver/internal/domain"

// The operations of changes outside the API: operationIds of the control plane, and
// the reload of fixtures.
const (
	OperationAdd            = "addAssessment"
	OperationForceError     = "forceError"
	OperationFinish         = "finishAssessment"
	OperationCancel         = "cancelAssessment"
	OperationCompleteTask   = "completeTask"
	OperationFreeze         = "freezeClock"
	OperationRun            = "runClock"
	OperationAdvance        = "advanceClock"
	OperationChangeSettings = "changeSettings"
	OperationResetSettings  = "resetSettings"
	OperationArm            = "armFault"
	OperationDisarm         = "disarmFault"
	OperationDisarmAll      = "disarmFaults"
	// These concern all assessments at once.
	OperationReset   = "resetInstitution"
	OperationRestore = "restoreSnapshot"
	OperationReload  = "reloadFixtures"
)

// ControlOperations lists the operations of changes.
func ControlOperations() []string {
	return []string{
		OperationAdd, OperationForceError, OperationFinish, OperationCancel, OperationCompleteTask, OperationFreeze, OperationRun, OperationAdvance,
		OperationChangeSettings, OperationResetSettings, OperationArm, OperationDisarm, OperationDisarmAll,
		OperationReset, OperationRestore, OperationReload,
	}
}

// Actor is the source of a change outside the API.
type Actor string

// The actors; the zero value stands for ByGo.
const (
	ByGo   Actor = "go" // a program, through the library
	ByHTTP Actor = "http"
)

func (a Actor) words() string {
	if a == ByHTTP {
		return "the control plane"
	}
	return "the program that runs the mock"
}

// Change is a change to an institution outside the API.
type Change struct {
	Operation  string // operationId of the control plane, or OperationReload
	Assessment string // ID; empty: none, or all
	// Before and After are the states of the assessment; nil: it did not exist, or
	// the change concerns none.
	Before, After *domain.View
	Control
}

// Control is the part of a change that its entry shows.
type Control struct {
	By       Actor    `json:"by"`
	Words    string   `json:"words"`              // a predicate; the actor is its subject
	Fault    string   `json:"fault,omitempty"`    // ID of the armed or disarmed fault
	Snapshot string   `json:"snapshot,omitempty"` // name of the restored snapshot
	Settings []Choice `json:"settings,omitempty"` // changed freedoms
	Moved    []Moved  `json:"moved,omitempty"`    // effects of the passing of time
	Omitted  int      `json:"omitted,omitempty"`  // further effects, not listed
}

// Choice is a changed value of a freedom.
type Choice struct {
	Freedom string `json:"freedom"`
	Before  string `json:"before"`
	After   string `json:"after"`
}

// Moved is an assessment whose visible state changed with time.
type Moved struct {
	Assessment string `json:"assessment_id"`
	Event      string `json:"event"` // workflow-ended, workflow-failed or change-visible
}

// size returns how many bytes the change shows.
func (c *Control) size() int {
	n := len(c.Words) + len(c.Fault) + len(c.Snapshot)
	for _, s := range c.Settings {
		n += len(s.Freedom) + len(s.Before) + len(s.After)
	}
	for _, m := range c.Moved {
		n += len(m.Assessment) + len(m.Event)
	}
	return n
}
