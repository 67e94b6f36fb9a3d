package conformance_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"example.com/assay/conformance"
	"example.com/assay/mockserver"
)

func TestMockConforms(t *testing.T) {
	srv, err := mockserver.New(mockserver.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if err := srv.Start(); err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	c := srv.Credentials()
	var port string
	fmt.Sscanf(srv.URL(), "http://127.0.0.1:%s", &port)
	r, err := conformance.Run(context.Background(), conformance.Target{
		BaseURL: srv.URL(), APIKey: "API_KEY", OtherAPIKey: "OTHER_API_KEY", DeniedAPIKey: "DENIED_API_KEY",
		OtherRegionURL: "http://api.us.localhost:" + port,
	}, conformance.Options{AllowCancel: true, Settle: 500 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	_ = c
	for _, sc := range r.Scenarios {
		t.Log(sc.Outcome, sc.Requirements, sc.Name, sc.Reason, sc.Hint, sc.Assertions, sc.Duration, len(sc.Exchanges))
		for _, f := range sc.Failures {
			t.Log("   ", f.Expected, "|", f.Got, f.Curl)
		}
	}
	b, _ := json.MarshalIndent(r.Reasons, "", " ")
	t.Log(string(b))
	b, _ = json.MarshalIndent(r.Observations, "", " ")
	t.Log(string(b))
	t.Log(r.Verdict, r.Counts, r.Run.Duration, r.Run.Requests, r.Notes)
}
