package wire_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/wire"
)

// TestStampsSortAsTimes compares times of any year and zone.
func TestStampsSortAsTimes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		first := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
		draw := func(label string) time.Time {
			at := first.Add(time.Duration(rapid.Int64Range(0, 250*365*24).Draw(t, label+" hours"))*time.Hour).AddDate(rapid.IntRange(0, 9700).Draw(t, label+" years"), 0, 0)
			return at.Add(time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, label+" rest"))).In(time.FixedZone("", rapid.IntRange(-14*3600, 14*3600).Draw(t, label+" zone")))
		}
		a := draw("a")
		b := draw("b")
		if rapid.Bool().Draw(t, "near") {
			b = a.Add(time.Duration(rapid.Int64Range(0, int64(3*time.Second)).Draw(t, "distance")))
		}
		x, y := wire.Stamp(a), wire.Stamp(b)
		if got, want := strings.Compare(x, y), a.Truncate(domain.Tick).Compare(b.Truncate(domain.Tick)); got != want {
			t.Errorf("%s and %s: got the order %d, want %d, for %s and %s", x, y, got, want, a, b)
		}
		if back, err := time.Parse(time.RFC3339, x); err != nil || !back.Equal(a.Truncate(domain.Tick)) || len(x) != len("2019-08-24T14:15:22Z") {
			t.Errorf("%s: got %v, %v, want %s", x, back, err, a)
		}
	})
}
