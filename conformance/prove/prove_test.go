package prove_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"example.com/assay/conformance"
	"example.com/assay/conformance/mutants"
	"example.com/assay/conformance/prove"
	"example.com/assay/conformance/report"
	"example.com/assay/mockserver"
)

// few is one mutant of each kind: plain, subtle, serial, one that needs settings.
func few() []string {
	return []string{"cancel-answers-200", "late-error", "foreign-in-pages", "list-page-two-empty"}
}

func run(t *testing.T, o prove.Options) *prove.Result {
	t.Helper()
	r, err := prove.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestMutantsAreCaught tries some. All of them are tried by assay prove, which CI
// runs: under the race detector that takes minutes.
func TestMutantsAreCaught(t *testing.T) {
	t.Parallel()
	r := run(t, prove.Options{Only: few()})
	for _, m := range r.Misses() {
		t.Errorf("%s: %s", m.ID, m.Missed)
	}
	validate(t, r)
	if !r.OK || len(r.Mutants) != len(few()) || len(r.Reference) != 0 {
		t.Errorf("got OK %t, %d mutants, %d runs of the reference; want true, %d, 0", r.OK, len(r.Mutants), len(r.Reference), len(few()))
	}
}

// TestBlindSpotIsAMiss gives the proof a mutant that breaks nothing.
func TestBlindSpotIsAMiss(t *testing.T) {
	t.Parallel()
	r := run(t, prove.Options{Random: -1, Only: []string{"harmless"}, Mutants: []mutants.Mutant{
		{ID: "harmless", Requirement: "CAN-01", How: "Does everything right."},
	}})
	if r.OK || len(r.Misses()) != 1 {
		t.Fatalf("got OK %t, %d misses; want false, 1", r.OK, len(r.Misses()))
	}
	want := "no assertion of CAN-01 failed; the verdict is conformant"
	if got := r.Misses()[0].Missed; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	validate(t, r)
	for format, words := range map[string]string{"text": "The proof fails: 0 false alarms, 0 wrong surroundings, 1 mutant missed.", "markdown": "**Missed** harmless", "html": `class="missed"`} {
		if got := written(t, format, r); !strings.Contains(got, words) {
			t.Errorf("%s: got no %q in:\n%s", format, words, got)
		}
	}
}

// TestAnotherRequirementIsAMiss catches a mutant by chance only.
func TestAnotherRequirementIsAMiss(t *testing.T) {
	t.Parallel()
	m, _ := mutants.Find("cancel-answers-202")
	m.Requirement = "OUT-01"
	r := run(t, prove.Options{Mutants: []mutants.Mutant{m}, Only: []string{m.ID}})
	if got := r.Mutants[0]; got.Caught || got.Verdict != report.Nonconformant || !slices.Contains(got.Also, "CAN-01") {
		t.Errorf("got caught %t, verdict %s, also %v; want false, nonconformant, with CAN-01", got.Caught, got.Verdict, got.Also)
	}
}

func TestReferenceConforms(t *testing.T) {
	t.Parallel()
	var told atomic.Int64
	all := expected(t, 7).Reference
	some := []map[string]string{all[0].Settings, all[len(all)-1].Settings, {"list-shape": "array", "list-order": "shuffled", "cancel-visibility": "30ms"}}
	r := run(t, prove.Options{Seed: 7, Reference: some, Mutants: []mutants.Mutant{}, Parallel: 2, Progress: func(p prove.Progress) {
		told.Add(1)
		if p.Done != int(told.Load()) {
			t.Errorf("progress: got %d, want %d", p.Done, told.Load())
		}
	}})
	for _, alarm := range r.FalseAlarms() {
		t.Errorf("%s: %s, %q", alarm.Name(), alarm.Verdict, alarm.Alarms)
	}
	if int(told.Load()) != len(r.Reference) {
		t.Errorf("progress: told %d times, want %d", told.Load(), len(r.Reference))
	}
}

func TestUnknownSettingIsAnError(t *testing.T) {
	t.Parallel()
	o := prove.Options{Reference: []map[string]string{{"list-shape": "ring"}}, Mutants: []mutants.Mutant{}}
	if _, err := prove.Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), "list-shape") {
		t.Errorf("got %v, want an error that names list-shape", err)
	}
}

// TestPlanFollowsFromTheSeed compares the runs of equal and of other seeds.
func TestPlanFollowsFromTheSeed(t *testing.T) {
	t.Parallel()
	one, two, other := expected(t, 1), expected(t, 1), expected(t, 2)
	if diff := cmp.Diff(one, two, cmpopts.IgnoreUnexported(prove.SurroundingRun{})); diff != "" {
		t.Errorf("the same seed (-first +second):\n%s", diff)
	}
	if cmp.Equal(one.Reference, other.Reference) {
		t.Error("another seed: got the same combinations, want others")
	}
	if n := len(one.Reference); n < 200+20 || !one.OK {
		t.Errorf("got %d combinations, OK %t; want the single ones, the pairs and 200 random ones", n, one.OK)
	}
}

func expected(t *testing.T, seed uint64) *prove.Result {
	t.Helper()
	r, err := prove.Expected(prove.Options{Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestUnknownMutant(t *testing.T) {
	t.Parallel()
	var usage *prove.UsageError
	if _, err := prove.Run(t.Context(), prove.Options{Only: []string{"no-such"}}); !errors.As(err, &usage) {
		t.Errorf("got %v, want a UsageError", err)
	}
}

func written(t *testing.T, format string, r *prove.Result) string {
	t.Helper()
	var b bytes.Buffer
	if err := prove.Write(&b, format, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestFormats(t *testing.T) {
	t.Parallel()
	r := expected(t, 0)
	for _, format := range prove.Formats() {
		got := written(t, format, r)
		for _, m := range r.Mutants {
			if format != "text" && !strings.Contains(got, m.ID) {
				t.Errorf("%s does not name %s", format, m.ID)
			}
		}
		for _, p := range r.Requirements {
			if !strings.Contains(got, p.ID) {
				t.Errorf("%s does not name %s", format, p.ID)
			}
		}
	}
	validate(t, r)
	validate(t, &prove.Result{Schema: prove.Schema, ContractHash: r.ContractHash}) // lists that are absent are empty ones
	var decoded prove.Result
	if err := json.Unmarshal([]byte(written(t, "json", r)), &decoded); err != nil || decoded.Schema != prove.Schema {
		t.Errorf("JSON: got schema %q, error %v", decoded.Schema, err)
	}
	if err := prove.Write(&bytes.Buffer{}, "pdf", r); err == nil {
		t.Error("an unknown format: got no error")
	}
}

// startMock serves a mock, and returns its target and options for the suite.
func startMock(t *testing.T, around func(http.Handler) http.Handler) (conformance.Target, conformance.Options) {
	t.Helper()
	mock, err := mockserver.New(mockserver.Config{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(around(mock))
	t.Cleanup(server.Close)
	c := mock.Credentials()
	target := conformance.Target{BaseURL: server.URL + "/v5", APIKey: c.Key, OtherAPIKey: c.OtherKey, DeniedAPIKey: c.DeniedKey}
	return target, conformance.Options{AllowCancel: true, Settle: 60 * time.Millisecond, VisibilityTimeout: 200 * time.Millisecond}
}

func TestAgainst(t *testing.T) {
	t.Parallel()
	target, suite := startMock(t, func(h http.Handler) http.Handler { return h })
	r, err := prove.Against(t.Context(), target, suite, prove.Options{
		Only: []string{"cancel-204-with-body", "cancelled-keeps-outcome", "list-flaps", "allow-list-ignored", "region-ignored"},
	})
	if err != nil {
		t.Fatal(err)
	}
	skipped := 0
	for _, m := range r.Mutants {
		if m.Skipped {
			skipped++
			if !strings.Contains(m.Missed, "--other-region-url") {
				t.Errorf("%s: got %q, want the flag to add", m.ID, m.Missed)
			}
		}
	}
	validate(t, r)
	if !r.OK || skipped != 1 {
		t.Errorf("got OK %t, %d not tried (%v); want true, 1", r.OK, skipped, r.Misses())
	}
}

func TestAgainstANonconformantDeployment(t *testing.T) {
	t.Parallel()
	broken, _ := mutants.Find("cancel-answers-202")
	target, suite := startMock(t, func(h http.Handler) http.Handler { return broken.Wrap(h, mutants.Target{}) })
	_, err := prove.Against(t.Context(), target, suite, prove.Options{Only: []string{"list-flaps"}})
	var unfit *prove.UnfitError
	if !errors.As(err, &unfit) || unfit.Report.Verdict != report.Nonconformant || !strings.Contains(err.Error(), "CAN-01") {
		t.Errorf("got %v, want an UnfitError that names CAN-01", err)
	}
}
