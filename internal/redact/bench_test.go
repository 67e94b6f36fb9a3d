package redact_test

import (
	"strings"
	"testing"

	"example.com/assay/internal/redact"
)

// BenchmarkParts is the price of a response of 600 bytes that can repeat a key.
func BenchmarkParts(b *testing.B) {
	r := redact.New(redact.Secret{Name: "[redacted]", Value: "a-key-of-32-characters-0123456789"})
	body := strings.Repeat(`{"detail":"no assessment 497f6eca in this institution"},`, 11)
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		r.Parts(body, "assessments")
	}
}
