package mockserver

import (
	"example.com/assay/mockserver/internal/fault"
	"example.com/assay/mockserver/internal/institution"
)

// What goes wrong on purpose. The control plane has the same, as JSON.
type (
	// Fault says which requests of an institution are struck, and what goes wrong.
	Fault = fault.Rule
	// FaultName says what goes wrong, and when.
	FaultName = fault.Name
	// FaultDelay is how long delays are.
	FaultDelay = fault.Distribution
	// FaultDuration is a length of time, which JSON holds as "250ms".
	FaultDuration = fault.Duration
)

// The faults. In a handler without a server, those that cut the connection panic
// with http.ErrAbortHandler.
const (
	FaultLate              FaultName = "delay"               // carried out late
	FaultAnswer            FaultName = "answer"              // another response, and nothing carried out
	FaultResetBeforeCommit FaultName = "reset-before-commit" // reset, and nothing carried out
	FaultCommitThenDelay   FaultName = "commit-then-delay"   // carried out at once, answered late
	FaultCommitThenAnswer  FaultName = "commit-then-answer"  // carried out, and another response
	FaultCommitThenReset   FaultName = "commit-then-reset"   // carried out, and reset before the response
	FaultResetAfterHeaders FaultName = "reset-after-headers" // carried out, and reset after the headers
	FaultTruncate          FaultName = "truncate"            // carried out, and cut in the middle of the body
	FaultSlow              FaultName = "slow"                // carried out, and the body sent in small pieces
)

// Arm arms a fault and returns it with its ID, or an error that lists every problem.
func (in *Institution) Arm(f Fault) (Fault, error) {
	effect, err := in.apply(institution.Change{Kind: institution.Arm, Fault: f})
	return effect.Fault, err
}

// Faults returns the armed faults in the order of arming, with their counters.
func (in *Institution) Faults() []Fault { return in.in.Faults().List() }

// Disarm disarms the fault with the ID, and reports whether it existed.
func (in *Institution) Disarm(id string) bool {
	_, err := in.apply(institution.Change{Kind: institution.Disarm, FaultID: id})
	return err == nil
}

// DisarmAll disarms all faults and returns their number.
func (in *Institution) DisarmAll() int {
	effect, _ := in.apply(institution.Change{Kind: institution.DisarmAll}) // never fails
	return effect.Disarmed
}
