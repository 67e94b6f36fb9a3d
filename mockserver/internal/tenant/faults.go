package tenant

import (
	"fmt"

	"example.com/assay/mockserver/internal/fault"
	"example.com/assay/mockserver/internal/journal"
)

// Arm arms a fault, and returns it with its ID; the error says all that is wrong
// with it.
func (in *Institution) Arm(r fault.Rule) (fault.Rule, error) {
	armed, err := in.faults.Arm(r)
	if err == nil {
		in.rearmed(journal.OperationArm, armed.ID, "armed "+armed.ID+", "+armed.Description())
	}
	return armed, err
}

// Disarm disarms the fault with the ID, and reports whether there was one.
func (in *Institution) Disarm(id string) bool {
	there := in.faults.Disarm(id)
	if there {
		in.rearmed(journal.OperationDisarm, id, "disarmed "+id)
	}
	return there
}

// DisarmAll disarms all faults, and returns how many there were.
func (in *Institution) DisarmAll() int {
	n := in.faults.Clear()
	if n > 0 {
		in.rearmed(journal.OperationDisarmAll, "", fmt.Sprintf("disarmed all faults, of which there were %d", n))
	}
	return n
}

func (in *Institution) rearmed(operation, id, words string) {
	in.write(in.current.Load().Time.Now(), journal.Change{Operation: operation, Control: journal.Control{Fault: id, Words: words}})
}
