package journal

import (
	"fmt"
	"slices"
	"strings"

	"example.com/assay/internal/suggest"
)

// The operations of changes that are made outside the API: those of the control
// plane by their operationId, and the loading of fixtures.
const (
	OperationAdd            = "addAssessment"
	OperationForceError     = "forceError"
	OperationFinish         = "finishAssessment"
	OperationCancel         = "cancelAssessment"
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
		OperationAdd, OperationForceError, OperationFinish, OperationCancel, OperationFreeze, OperationRun, OperationAdvance,
		OperationChangeSettings, OperationResetSettings, OperationArm, OperationDisarm, OperationDisarmAll,
		OperationReset, OperationRestore, OperationReload,
	}
}

// Check says what is wrong with a filter that would find nothing whatever happens:
// a misspelt operation must not make a test pass that expects none of it.
func (j *Journal) Check(f Filter) error {
	var known []string
	if f.Kind.finds(KindExchange) {
		known = append(known, j.operations...)
	}
	if f.Kind.finds(KindControl) {
		known = append(known, ControlOperations()...)
	}
	if f.Operation == "" || slices.Contains(known, f.Operation) {
		return nil
	}
	if slices.Contains(ControlOperations(), f.Operation) {
		return fmt.Errorf("operation: expected one of the API's, got %s, which is of changes that are made beside it: ask for the kind %s or %s", f.Operation, KindControl, KindAny)
	}
	return fmt.Errorf("operation: expected one of %s, got %.64q%s", strings.Join(known, ", "), f.Operation, suggest.Hint(f.Operation, known))
}
