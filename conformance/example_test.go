package conformance_test

import (
	"context"
	"fmt"
	"log"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/assay/conformance"
	"example.com/assay/conformance/report"
	"example.com/assay/mockserver"
)

// A handler of one's own is checked like any deployment: by its URL.
func ExampleRun() {
	mock, err := mockserver.New(mockserver.Config{})
	if err != nil {
		log.Fatal(err)
	}
	server := httptest.NewServer(mock) // or any other http.Handler
	defer server.Close()

	r, err := conformance.Run(context.Background(),
		conformance.Target{BaseURL: server.URL + "/v5", APIKey: "API_KEY"},
		conformance.Options{
			AllowCancel: true, // a server on this machine may be written to
			Settle:      100 * time.Millisecond,
			Selection:   conformance.Selection{Only: []string{"CAN-01", "CAN-04", "GET-02"}},
		})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r.Verdict, r.Counts.Failed)
	// Output: conformant 0
}

// TestRunTOfAHandler has neither a second region nor a key that is denied.
func TestRunTOfAHandler(t *testing.T) {
	t.Parallel()
	target := targetOf(startMock(t, nil))
	target.OtherRegionURL, target.DeniedAPIKey = "", ""
	o := quick()
	o.Selection = conformance.Selection{Levels: []string{"core"}}
	r := conformance.RunT(t, target, o)
	if r.Verdict != report.ConformantExcept || len(r.Reasons) != 2 || !strings.Contains(r.Reasons[0].Text, "Target.OtherRegionURL is empty") {
		t.Errorf("got %s, %v, want it conformant but for AUT-03 and AUT-04", r.Verdict, r.Reasons)
	}
}

// TestRunT shows each scenario as a subtest: go test -run 'TestRunT/cancel' -v.
func TestRunT(t *testing.T) {
	t.Parallel()
	o := quick()
	o.Selection = conformance.Selection{Only: []string{"CAN-08", "GET-02"}}
	r := conformance.RunT(t, targetOf(startMock(t, nil)), o)
	if r.Counts.Passed != 4 {
		t.Errorf("passed: got %d, want 4", r.Counts.Passed)
	}
}
