package conformance_test

import (
	"testing"

	"example.com/assay/conformance"
)

func TestStatusCountsToTheEnd(t *testing.T) {
	t.Parallel()
	var all []conformance.Status
	o := quick()
	o.Selection.Only = []string{"GET-01", "GET-02"}
	o.Status = func(s conformance.Status) { all = append(all, s) }
	r := run(t, targetOf(startMock(t, nil)), o)
	if len(all) != len(r.Scenarios)+1 {
		t.Fatalf("got %d states of %d scenarios, want one before the first and one at each end", len(all), len(r.Scenarios))
	}
	for i, s := range all {
		if s.Done != i || s.Total != len(r.Scenarios) || s.Left > 0 != (s.Done < s.Total) {
			t.Errorf("state %d: got %+v, want %d of %d done, and time left before the end only", i, s, i, len(r.Scenarios))
		}
	}
}
