package domain_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.com/assay/mockserver/internal/domain"
)

func TestParseDuration(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for text, want := range map[string]time.Duration{
		"90s": 90 * time.Second, "0": 0, "-5s": -5 * time.Second, "7d": 7 * day, "1w2d12h": 9*day + 12*time.Hour, "2w": 14 * day, "0d": 0,
		"1d30m0.5s": day + 30*time.Minute + 500*time.Millisecond, "P1DT2H": day + 2*time.Hour, "P2W": 14 * day, "PT0S": 0, "PT1.5S": 1500 * time.Millisecond,
		"P1W1DT1H1M1S": 8*day + time.Hour + time.Minute + time.Second,
	} {
		if got, err := domain.ParseDuration(text); err != nil || got != want {
			t.Errorf("%s: got %s, %v, want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "7", "d", "7 d", "1d2", "1d2w", "1.5d", "P", "PT", "P1DT", "P1Y", "P1M", "p1d", "1dT2H", "P1D2H", "P1d", "999999999999d", "106751d24h", "15250w9999d", "-1d"} {
		if got, err := domain.ParseDuration(text); err == nil {
			t.Errorf("%q: got %s, want an error", text, got)
		}
	}
}

// TestParseDurationReadsWhatGoWrites: what was a duration before stays the same one.
func TestParseDurationReadsWhatGoWrites(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64().Draw(t, "duration"))
		if got, err := domain.ParseDuration(d.String()); err != nil || got != d {
			t.Fatalf("%s: got %s, %v", d, got, err)
		}
	})
}
