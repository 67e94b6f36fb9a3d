package conformance_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/conformance"
)

func TestTargetAndOptionsAreChecked(t *testing.T) {
	t.Parallel()
	const outcome, other = "0323e489-6bf9-4b68-9c8d-5674f46921e4", "497f6eca-6276-4993-bfeb-53cbbbba6f08"
	good := conformance.Target{BaseURL: "http://127.0.0.1:1/v5", APIKey: "k"}
	tests := []struct {
		name   string
		change func(*conformance.Target, *conformance.Options)
		want   string
	}{
		{"no URL", func(t *conformance.Target, _ *conformance.Options) { t.BaseURL = "" }, "--base-url: missing"},
		{"no scheme", func(t *conformance.Target, _ *conformance.Options) { t.BaseURL = "api.example.com/v5" }, "begins with http:// or https://"},
		{"a user in the URL", func(t *conformance.Target, _ *conformance.Options) { t.BaseURL = "http://u:p@127.0.0.1/v5" }, "has a user"},
		{"no key", func(t *conformance.Target, _ *conformance.Options) { t.APIKey = "" }, "ASSAY_APIKEY"},
		{"a key with a line break", func(t *conformance.Target, _ *conformance.Options) { t.APIKey = "k\n" }, "outside ASCII"},
		{"the same key twice", func(t *conformance.Target, _ *conformance.Options) { t.OtherAPIKey = "k" }, "ASSAY_OTHER_APIKEY: same key as ASSAY_APIKEY"},
		{"an ID that is none", func(t *conformance.Target, _ *conformance.Options) { t.AssessmentIDs = []string{"x"} }, "is no UUID"},
		{"an outcome that is none", func(t *conformance.Target, _ *conformance.Options) { t.CanceledOutcomeIDs = []string{outcome + "="} }, "--canceled-outcome-id: invalid value"},
		{"two outcomes for all", func(t *conformance.Target, _ *conformance.Options) {
			t.CanceledOutcomeIDs = []string{outcome, other}
		}, `"` + other + `" contradicts another value`},
		{"two outcomes of a template", func(t *conformance.Target, _ *conformance.Options) {
			t.CanceledOutcomeIDs = []string{other + "=" + outcome, strings.ToUpper(other) + "=" + other}
		}, "contradicts another value"},
		{"the same region", func(t *conformance.Target, _ *conformance.Options) { t.OtherRegionURL = t.BaseURL }, "--other-region-url"},
		{"a negative duration", func(_ *conformance.Target, o *conformance.Options) { o.Settle = -1 }, "--settle"},
		{"writes elsewhere", func(t *conformance.Target, o *conformance.Options) {
			t.BaseURL, o.AllowCancel = "https://api.example.com/v5", true
		}, "--confirm-host api.example.com"},
		{"writes elsewhere, another host confirmed", func(t *conformance.Target, o *conformance.Options) {
			t.BaseURL, o.AllowCancel, o.ConfirmHost = "https://api.example.com/v5", true, "example.com"
		}, "--confirm-host api.example.com"},
		{"a ledger that cannot be", func(_ *conformance.Target, o *conformance.Options) { o.Ledger = "/nonexistent/ledger" }, "--ledger"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			target, options := good, conformance.Options{}
			tt.change(&target, &options)
			_, err := conformance.Run(t.Context(), target, options)
			var usage *conformance.UsageError
			if !errors.As(err, &usage) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error: got %v, want a UsageError with %q", err, tt.want)
			}
		})
	}
}

func TestAllMistakesAreTold(t *testing.T) {
	t.Parallel()
	_, err := conformance.Run(t.Context(), conformance.Target{EntityID: "x", AssessmentIDs: []string{"y", "z"}},
		conformance.Options{Settle: -1, Selection: conformance.Selection{Only: []string{"CAN-1"}, Skip: []string{"AUT-1"}}})
	var usage *conformance.UsageError
	if !errors.As(err, &usage) {
		t.Fatalf("error: got %v, want a UsageError", err)
	}
	var about []string
	for _, mistake := range usage.Mistakes {
		about = append(about, strings.Fields(mistake)[0])
	}
	want := []string{"--base-url:", "no", "--entity-id:", "--assessment-id:", "--assessment-id:", "--settle:", "--only:", "--skip:"}
	if diff := cmp.Diff(want, about); diff != "" {
		t.Errorf("what the mistakes are about (-want +got):\n%s", diff)
	}
}
