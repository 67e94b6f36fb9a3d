package fault

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"example.com/assay/mockserver/internal/domain"
)

// MaxDelay limits every delay.
const MaxDelay = 5 * time.Minute

const maxSigma = 5

// Duration is a time.Duration that JSON spells like Go: "250ms".
type Duration time.Duration

// MarshalJSON implements json.Marshaler.
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(time.Duration(d).String()) }

// UnmarshalJSON implements json.Unmarshaler.
func (d *Duration) UnmarshalJSON(b []byte) error {
	var text string
	if err := json.Unmarshal(b, &text); err != nil {
		return fmt.Errorf("invalid duration %.40s; use a string such as \"250ms\"", b)
	}
	parsed, err := parseDuration(text)
	*d = Duration(parsed)
	return err
}

func parseDuration(text string) (time.Duration, error) {
	d, err := domain.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("invalid duration %.40q; use one such as 250ms", text)
	}
	return d, nil
}

// Distribution is the distribution of delays, in one of three forms: fixed;
// uniform between From and To; or log-normal with a Median and a Sigma for the
// length of the tail (0.5 is typical of a healthy service, 1 or more of a failing
// one). No delay is longer than MaxDelay.
type Distribution struct {
	Fixed  Duration `json:"fixed,omitempty"`
	From   Duration `json:"from,omitempty"`
	To     Duration `json:"to,omitempty"`
	Median Duration `json:"median,omitempty"`
	Sigma  float64  `json:"sigma,omitempty"`
}

// Fixed returns the distribution of equal delays.
func Fixed(d time.Duration) *Distribution { return &Distribution{Fixed: Duration(d)} }

// check returns an error message, or "".
func (d *Distribution) check() string {
	fixed, uniform, logNormal := d.Fixed != 0, d.From != 0 || d.To != 0, d.Median != 0 || d.Sigma != 0
	for _, v := range []Duration{d.Fixed, d.From, d.To, d.Median} {
		if v < 0 || time.Duration(v) > MaxDelay {
			return fmt.Sprintf("delay: %s is out of range; use a duration from 0 to %s", time.Duration(v), MaxDelay)
		}
	}
	switch {
	case fixed && (uniform || logNormal) || uniform && logNormal || !fixed && !uniform && !logNormal:
		return "delay: set either fixed, or from and to, or median and sigma"
	case uniform && d.To <= d.From:
		return fmt.Sprintf("delay: to (%s) must be greater than from (%s)", time.Duration(d.To), time.Duration(d.From))
	case logNormal && (d.Median == 0 || !(d.Sigma > 0 && d.Sigma <= maxSigma)):
		return fmt.Sprintf("delay: set a median, and a sigma above 0 and up to %d", maxSigma)
	}
	return ""
}

// draw returns a delay; that of nil is 0.
func (d *Distribution) draw(random *rand.Rand) time.Duration {
	switch {
	case d == nil:
		return 0
	case d.To > 0:
		return time.Duration(d.From) + time.Duration(random.Int64N(int64(d.To-d.From)+1))
	case d.Median > 0:
		drawn := float64(d.Median) * math.Exp(d.Sigma*random.NormFloat64())
		return time.Duration(min(drawn, float64(MaxDelay)))
	}
	return time.Duration(d.Fixed)
}
