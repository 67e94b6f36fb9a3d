package conformance_test

import (
	"errors"
	"strings"
	"testing"

	"example.com/assay/conformance"
)

func TestTargetAndOptionsAreChecked(t *testing.T) {
	t.Parallel()
	good := conformance.Target{BaseURL: "http://127.0.0.1:1/v5", APIKey: "k"}
	tests := []struct {
		name   string
		change func(*conformance.Target, *conformance.Options)
		want   string
	}{
		{"no URL", func(t *conformance.Target, _ *conformance.Options) { t.BaseURL = "" }, "--base-url: expected the base URL"},
		{"no scheme", func(t *conformance.Target, _ *conformance.Options) { t.BaseURL = "api.example.com/v5" }, "expected http:// or https://"},
		{"a user in the URL", func(t *conformance.Target, _ *conformance.Options) { t.BaseURL = "http://u:p@127.0.0.1/v5" }, "without user"},
		{"no key", func(t *conformance.Target, _ *conformance.Options) { t.APIKey = "" }, "ASSAY_APIKEY"},
		{"a key with a line break", func(t *conformance.Target, _ *conformance.Options) { t.APIKey = "k\n" }, "visible ASCII"},
		{"the same key twice", func(t *conformance.Target, _ *conformance.Options) { t.OtherAPIKey = "k" }, "ASSAY_OTHER_APIKEY: expected a key other than"},
		{"an ID that is none", func(t *conformance.Target, _ *conformance.Options) { t.AssessmentIDs = []string{"x"} }, "--assessment-id: expected a UUID"},
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
