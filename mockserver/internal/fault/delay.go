package fault

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

// Duration is a length of time that JSON holds in the manner of Go: "250ms".
type Duration time.Duration

// MarshalJSON implements json.Marshaler.
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(time.Duration(d).String()) }

// UnmarshalJSON implements json.Unmarshaler.
func (d *Duration) UnmarshalJSON(b []byte) error {
	var text string
	if err := json.Unmarshal(b, &text); err != nil {
		return fmt.Errorf("expected a duration such as \"250ms\", got %.40s", b)
	}
	parsed, err := time.ParseDuration(text)
	if err != nil {
		return fmt.Errorf("expected a duration such as 250ms, got %.40q", text)
	}
	*d = Duration(parsed)
	return nil
}

// Distribution is how long delays are. Exactly one of its forms is used: fixed;
// uniform, from From to To; or log-normal, with half of the delays below the
// Median and a Sigma that says how long the tail is (0.5 is what a healthy
// service has, 1 and more a sick one). No delay is longer than MaxDelay.
type Distribution struct {
	Fixed  Duration `json:"fixed,omitempty"`
	From   Duration `json:"from,omitempty"`
	To     Duration `json:"to,omitempty"`
	Median Duration `json:"median,omitempty"`
	Sigma  float64  `json:"sigma,omitempty"`
}

// Fixed returns the distribution of delays that are all the same.
func Fixed(d time.Duration) *Distribution { return &Distribution{Fixed: Duration(d)} }

const maxSigma = 5

func (d *Distribution) check() string {
	fixed, uniform, logNormal := d.Fixed != 0, d.From != 0 || d.To != 0, d.Median != 0 || d.Sigma != 0
	for _, v := range []Duration{d.Fixed, d.From, d.To, d.Median} {
		if v < 0 || time.Duration(v) > MaxDelay {
			return fmt.Sprintf("delay: expected durations from 0 to %s, got %s", MaxDelay, time.Duration(v))
		}
	}
	switch {
	case fixed && (uniform || logNormal) || uniform && logNormal || !fixed && !uniform && !logNormal:
		return "delay: expected one of fixed, from and to, or median and sigma"
	case uniform && d.To <= d.From:
		return fmt.Sprintf("delay: expected to above from, got %s and %s", time.Duration(d.To), time.Duration(d.From))
	case logNormal && (d.Median == 0 || !(d.Sigma > 0 && d.Sigma <= maxSigma)):
		return fmt.Sprintf("delay: expected a median, and a sigma above 0 and up to %d, got %s and %g", maxSigma, time.Duration(d.Median), d.Sigma)
	}
	return ""
}

// draw returns a delay; nil is none.
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
