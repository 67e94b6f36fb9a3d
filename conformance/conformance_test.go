package conformance_test

import (
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/conformance"
	"example.com/assay/conformance/report"
	"example.com/assay/mockserver"
)

// targetOf is everything that a mock offers for a complete run.
func targetOf(server *mockserver.Server) conformance.Target {
	c := server.Credentials()
	other, err := url.Parse(server.URL())
	if err != nil {
		panic(err)
	}
	other.Host = net.JoinHostPort(c.OtherRegionHost, other.Port())
	return conformance.Target{
		BaseURL: server.URL(), OtherRegionURL: other.String(),
		APIKey: c.Key, OtherAPIKey: c.OtherKey, DeniedAPIKey: c.DeniedKey,
	}
}

func startMock(t *testing.T, settings map[string]string) *mockserver.Server {
	t.Helper()
	server, err := mockserver.New(mockserver.Config{Settings: settings})
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Errorf("close the mock: %v", err)
		}
	})
	return server
}

// quick are options for a target that does at once what it does.
func quick() conformance.Options {
	return conformance.Options{AllowCancel: true, Settle: 200 * time.Millisecond, Selection: conformance.Selection{Strict: true}}
}

func run(t *testing.T, target conformance.Target, o conformance.Options) *report.Report {
	t.Helper()
	r, err := conformance.Run(t.Context(), target, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func logReasons(t *testing.T, r *report.Report) {
	t.Helper()
	for _, reason := range r.Reasons {
		t.Logf("%s %s (%s)", reason.Requirement, reason.Text, reason.Hint)
	}
}

func TestMockConforms(t *testing.T) {
	t.Parallel()
	r := run(t, targetOf(startMock(t, nil)), quick())
	logReasons(t, r)
	want := report.Counts{Passed: len(r.Scenarios), Assertions: r.Counts.Assertions}
	if diff := cmp.Diff(want, r.Counts); diff != "" || r.Verdict != report.Conformant {
		t.Errorf("verdict %s, counts (-want +got):\n%s", r.Verdict, diff)
	}
	for _, sc := range r.Scenarios {
		if sc.Assertions == 0 {
			t.Errorf("scenario %q passed without an assertion", sc.Name)
		}
	}
}

func isWrite(e report.Exchange) bool {
	return e.Method != http.MethodGet && !strings.HasSuffix(e.URL, "/tasks/search")
}

// TestReadOnlyRunWritesNothing counts what reaches the mock.
func TestReadOnlyRunWritesNothing(t *testing.T) {
	t.Parallel()
	o := quick()
	o.AllowCancel = false
	r := run(t, targetOf(startMock(t, nil)), o)
	if r.Verdict != report.Inconclusive {
		t.Errorf("verdict: got %s, want inconclusive", r.Verdict)
	}
	for _, sc := range r.Scenarios {
		for _, e := range sc.Exchanges {
			if isWrite(e) {
				t.Errorf("%q sent %s %s", sc.Name, e.Method, e.URL)
			}
		}
	}
	hinted := false
	for _, reason := range r.Reasons {
		hinted = hinted || reason.Hint == "--allow-cancel"
	}
	if !hinted {
		t.Errorf("reasons: got %+v, want one that names --allow-cancel", r.Reasons)
	}
}

func TestNobodyThere(t *testing.T) {
	t.Parallel()
	server := startMock(t, nil)
	target := targetOf(server)
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	r := run(t, target, quick())
	if r.Verdict != report.NotRun || r.Counts.Failed > 0 || len(r.Reasons) != 1 {
		t.Errorf("got verdict %s, %d failed, reasons %+v; want could-not-run with one reason and no failure", r.Verdict, r.Counts.Failed, r.Reasons)
	}
}
