package mockserver

import "example.com/assay/mockserver/internal/fault"

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

// Arm arms a fault, and returns it with its ID; the error says all that is wrong
// with it.
func (in *Institution) Arm(f Fault) (Fault, error) { return in.tenant.Arm(f) }

// Faults returns the armed faults in the order in which they were armed, with
// how often each has struck.
func (in *Institution) Faults() []Fault { return in.tenant.Faults().List() }

// Disarm disarms the fault with the ID, and reports whether there was one.
func (in *Institution) Disarm(id string) bool { return in.tenant.Disarm(id) }

// DisarmAll disarms all faults, and returns how many there were.
func (in *Institution) DisarmAll() int { return in.tenant.DisarmAll() }
