package control_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/mockserver/internal/control"
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
