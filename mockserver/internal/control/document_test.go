package control_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/mockserver/internal/control"
	"example.com/assay/mockserver/internal/journal"
)

// TestRoutesAreTheDocument shows that the table and the document are one.
func TestRoutesAreTheDocument(t *testing.T) {
	t.Parallel()
	doc, err := control.Load()
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			documented = append(documented, op.OperationID)
		}
	}
	slices.Sort(documented)
	if diff := cmp.Diff(documented, control.RouteIDs()); diff != "" {
		t.Errorf("routes (-document +table):\n%s", diff)
	}
}

// TestChangesAreOperationsOfTheDocument: what the journal calls a change is what
// the document calls the operation. Fixtures are loaded by the library alone.
func TestChangesAreOperationsOfTheDocument(t *testing.T) {
	t.Parallel()
	ids := control.RouteIDs()
	for _, operation := range journal.ControlOperations() {
		if operation != journal.OperationReload && !slices.Contains(ids, operation) {
			t.Errorf("the journal has the operation %s, and the document has not", operation)
		}
	}
}
