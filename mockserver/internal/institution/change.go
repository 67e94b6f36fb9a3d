package institution

import (
	"time"

	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/fault"
	"example.com/assay/mockserver/internal/freedoms"
	"example.com/assay/mockserver/internal/journal"
	"example.com/assay/mockserver/internal/store"
)

// Kind is a kind of change.
type Kind string

// The kinds. Each is the operationId of the control plane, except Reload, which has
// no operation, and AssignTask, which is the API's. The API creates and cancels by the
// same kinds.
const (
	Create         Kind = journal.OperationAdd
	Cancel         Kind = journal.OperationCancel
	ForceError     Kind = journal.OperationForceError
	Finish         Kind = journal.OperationFinish
	CompleteTask   Kind = journal.OperationCompleteTask
	AssignTask     Kind = "updateTaskAssignment" // of the API alone
	Freeze         Kind = journal.OperationFreeze
	Run            Kind = journal.OperationRun
	Advance        Kind = journal.OperationAdvance
	ChangeSettings Kind = journal.OperationChangeSettings
	ResetSettings  Kind = journal.OperationResetSettings
	Arm            Kind = journal.OperationArm
	Disarm         Kind = journal.OperationDisarm
	DisarmAll      Kind = journal.OperationDisarmAll
	Reset          Kind = journal.OperationReset
	Restore        Kind = journal.OperationRestore
	Reload         Kind = journal.OperationReload
)

// Change is one change of an institution. Which fields have a meaning depends on
// the kind. A change that was applied is complete: applied again, to the same state,
// it has the same effect.
type Change struct {
	Kind Kind
	Time time.Time // by the clock of the institution; zero: now

	Assessment string              // ID; of Create: the new one, once applied
	Draft      Draft               // of Create
	Rules      *domain.CancelRules // of Cancel; nil: as the settings say
	Failure    Failure             // of ForceError
	Task       string              // ID; of AssignTask and CompleteTask
	Assignment domain.Assignment   // of AssignTask; one without an assignee unassigns the task
	IfUpdated  time.Time           // of AssignTask: the last change that the client has read
	Stale      domain.Kind         // of AssignTask: the refusal if there is a later one
	Outcome    string              // of CompleteTask: ID of the interim outcome to set; empty: that of the step
	By         *time.Duration      // of Advance; nil: to the next event
	To         time.Time           // of Advance, once applied
	Settings   SettingsChange      // of ChangeSettings
	Fault      fault.Rule          // of Arm
	FaultID    string              // of Disarm
	Snapshot   string              // of Restore: the name
	Blueprint  *Blueprint          // of Restore: the state of the snapshot
	Origin     *Origin             // of Reload
}

// Source is where a change comes from.
type Source struct {
	By journal.Actor // of a change outside the API

	// Request and Exchange are those of a client of the API; nil: the change is made
	// outside it. A server without a journal has no exchange.
	Request  *freedoms.Request
	Exchange *journal.Exchange
	Read     store.ReadOptions // how the client sees a new assessment
}

// Effect is what a change did. Which fields have a value depends on its kind.
type Effect struct {
	Change     Change        // complete
	Item       contract.Item // of Create, for the API
	Assessment Assessment    // changed outside the API
	Task       domain.Task   // of AssignTask and CompleteTask: the changed one
	Advanced   Advanced      // of Advance
	Fault      fault.Rule    // of Arm: the armed one
	Disarmed   int           // number of disarmed faults
}

// Advanced says how far the time moved, and which events that caused, in order.
type Advanced struct {
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Events  []Event   `json:"events"`
	Omitted int       `json:"omitted,omitempty"` // number of events beyond the limit
}
