package freedoms_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/freedoms"
	"example.com/assay/openapi"
)

// TestCodeAndCatalogueAgree compares names, values, defaults and examples, in
// both directions and in order.
func TestCodeAndCatalogueAgree(t *testing.T) {
	t.Parallel()
	catalogue, err := openapi.LoadCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	type form struct {
		Name   string
		Values []string
		Open   bool
	}
	var want, got []form
	for _, f := range catalogue.Freedoms {
		want = append(want, form{f.Name, f.Values, f.Duration})
		name, value, _ := strings.Cut(strings.TrimPrefix(f.Example, "--set "), "=")
		if s := freedoms.Default(); name != f.Name || s.Set(name, value) != nil {
			t.Errorf("the example of %s does not work: %s", f.Name, f.Example)
		}
	}
	for _, f := range freedoms.All() {
		got = append(got, form{f.Name, f.Values, f.Open})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("freedoms (-catalogue +code):\n%s", diff)
	}
}

// TestEveryValueIsKept reads back what was set, and nothing else changes.
func TestEveryValueIsKept(t *testing.T) {
	t.Parallel()
	for _, f := range freedoms.All() {
		values := f.Values
		if f.Open {
			values = append(values, "750ms")
		}
		for _, value := range values {
			s, err := freedoms.Parse(map[string]string{f.Name: value})
			if err != nil {
				t.Errorf("%s=%s: %v", f.Name, value, err)
			}
			defaults := freedoms.Default()
			want := defaults.Map()
			want[f.Name] = value
			if diff := cmp.Diff(want, s.Map()); diff != "" {
				t.Errorf("%s=%s (-want +got):\n%s", f.Name, value, diff)
			}
		}
	}
}

func TestParseReportsAllThatIsWrong(t *testing.T) {
	t.Parallel()
	_, err := freedoms.Parse(map[string]string{"list-ordr": "x", "error-body": "problme", "cancel-visibility": "2h"})
	for _, want := range []string{`did you mean "list-order"?`, `did you mean "problem"?`, "up to 1h0m0s"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error: got %v, want it to say %q", err, want)
		}
	}
}

func TestCancelRules(t *testing.T) {
	t.Parallel()
	s := freedoms.Default()
	if diff := cmp.Diff(domain.CancelRules{}, s.CancelRules()); diff != "" {
		t.Errorf("the defaults allow less than everything:\n%s", diff)
	}
	s, err := freedoms.Parse(map[string]string{
		"second-cancel": "unprocessable", "cancel-in-error": "conflict", "cancel-after-completion": "conflict",
		"cancel-visibility": "2s", "cancel-status": "terminal",
	})
	if err != nil {
		t.Fatal(err)
	}
	want := domain.CancelRules{Again: domain.Unprocessable, InError: domain.Conflict, AfterEnd: domain.Conflict, Visibility: 2 * time.Second, Terminal: true}
	if diff := cmp.Diff(want, s.CancelRules()); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
}
