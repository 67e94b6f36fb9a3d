package fault_test

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/mockserver/internal/fault"
)

func arm(t *testing.T, s *fault.Rules, r fault.Rule) fault.Rule {
	t.Helper()
	armed, err := s.Arm(r)
	if err != nil {
		t.Fatal(err)
	}
	return armed
}

// triggered draws n times, and returns the numbers of the draws with a fault.
func triggered(s *fault.Rules, n int) []int {
	var affected []int
	for i := 1; i <= n; i++ {
		if s.Draw("getAssessment", "a") != nil {
			affected = append(affected, i)
		}
	}
	return affected
}

func TestRuleAffectsItsRequests(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		rule fault.Rule
		want []int
	}{
		{"all", fault.Rule{}, []int{1, 2, 3, 4, 5, 6}},
		{"the third", fault.Rule{Nth: 3}, []int{3}},
		{"the first two", fault.Rule{First: 2}, []int{1, 2}},
		{"every second", fault.Rule{Every: 2}, []int{2, 4, 6}},
		{"with probability 1", fault.Rule{Chance: 1}, []int{1, 2, 3, 4, 5, 6}},
		{"this operation", fault.Rule{Operation: "getAssessment", Nth: 1}, []int{1}},
		{"another operation", fault.Rule{Operation: "listEntities"}, nil},
		{"this assessment, in any case", fault.Rule{Assessment: "A", Nth: 6}, []int{6}},
		{"another assessment", fault.Rule{Assessment: "b"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := fault.NewRules(1, []string{"getAssessment", "listEntities"})
			tt.rule.Status = 503
			arm(t, s, tt.rule)
			if got := triggered(s, 6); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// TestChanceRepeats: only the seed and the counter of the rule matter.
func TestChanceRepeats(t *testing.T) {
	t.Parallel()
	draw := func(seed uint64, before int) []int {
		s := fault.NewRules(seed, nil)
		rule := fault.Rule{Status: 503, Chance: 0.3}
		arm(t, s, rule)
		for range before { // other rules have no influence
			arm(t, s, fault.Rule{Assessment: "b", Status: 500})
			s.Draw("getAssessment", "b")
			s.Reset()
			arm(t, s, rule)
		}
		return triggered(s, 1000)
	}
	first := draw(1, 0)
	if diff := cmp.Diff(first, draw(1, 1)); diff != "" {
		t.Errorf("the same seed (-first +second):\n%s", diff)
	}
	if slices.Equal(first, draw(2, 0)) {
		t.Error("another seed: got the same requests, want different ones")
	}
	if n := len(first); n < 230 || n > 370 {
		t.Errorf("a chance of 0.3 in 1000: got %d, want about 300", n)
	}
}

func TestDrawUsesTheFirstRuleThatTriggers(t *testing.T) {
	t.Parallel()
	s := fault.NewRules(1, nil)
	arm(t, s, fault.Rule{Status: 503, Nth: 2})
	arm(t, s, fault.Rule{Status: 500})
	var rules []string
	for range 3 {
		rules = append(rules, s.Draw("", "").Rule)
	}
	if want := []string{"fault-2", "fault-1", "fault-2"}; !slices.Equal(rules, want) {
		t.Errorf("got %v, want %v", rules, want)
	}
	if list := s.List(); list[0].Matched != 3 || list[0].Triggered != 1 || list[1].Matched != 3 || list[1].Triggered != 2 {
		t.Errorf("counts: got %+v", list)
	}
}

func TestDistributions(t *testing.T) {
	t.Parallel()
	ms := func(n int) fault.Duration { return fault.Duration(time.Duration(n) * time.Millisecond) }
	tests := []struct {
		name           string
		delay          fault.Distribution
		median, spread time.Duration
		low, high      time.Duration
	}{
		{"fixed", fault.Distribution{Fixed: ms(200)}, 200 * time.Millisecond, 0, 200 * time.Millisecond, 200 * time.Millisecond},
		{"uniform", fault.Distribution{From: ms(100), To: ms(300)}, 200 * time.Millisecond, 20 * time.Millisecond, 100 * time.Millisecond, 300 * time.Millisecond},
		{"log-normal", fault.Distribution{Median: ms(80), Sigma: 0.5}, 80 * time.Millisecond, 8 * time.Millisecond, time.Millisecond, fault.MaxDelay},
		{"a long tail", fault.Distribution{Median: ms(80), Sigma: 5}, 80 * time.Millisecond, 60 * time.Millisecond, 0, fault.MaxDelay},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := fault.NewRules(3, nil)
			arm(t, s, fault.Rule{Delay: &tt.delay})
			var drawn []time.Duration
			for range 1001 {
				drawn = append(drawn, s.Draw("", "").Delay)
			}
			slices.Sort(drawn)
			if off := time.Duration(math.Abs(float64(drawn[500] - tt.median))); off > tt.spread {
				t.Errorf("median: got %s, want %s or up to %s from it", drawn[500], tt.median, tt.spread)
			}
			if drawn[0] < tt.low || drawn[1000] > tt.high {
				t.Errorf("range: got %s to %s, want %s to %s", drawn[0], drawn[1000], tt.low, tt.high)
			}
		})
	}
}

func TestRuleJSON(t *testing.T) {
	t.Parallel()
	const text = `{"fault":"delay","every":3,"delay":{"median":"80ms","sigma":0.5},"matched":0,"triggered":0}`
	var r fault.Rule
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatal(err)
	}
	encoded, err := json.Marshal(r)
	if err != nil || string(encoded) != text {
		t.Errorf("got %s, %v, want %s", encoded, err, text)
	}
	for _, wrong := range []string{`{"delay":{"fixed":200}}`, `{"delay":{"fixed":"soon"}}`} {
		if err := json.Unmarshal([]byte(wrong), &r); err == nil {
			t.Errorf("%s: got no error, want one", wrong)
		}
	}
}

// TestEveryKindIsUsable arms each kind with the fields that it needs, and checks
// that it is refused without one of them.
func TestEveryKindIsUsable(t *testing.T) {
	t.Parallel()
	for _, k := range fault.Kinds() {
		t.Run(string(k.Name), func(t *testing.T) {
			t.Parallel()
			if k.Meaning == "" {
				t.Error("got no meaning, want one")
			}
			s, rule := fault.NewRules(1, nil), fault.Rule{Fault: k.Name}
			for _, field := range k.Needs {
				if _, err := s.Arm(rule); err == nil || !strings.Contains(err.Error(), field) {
					t.Errorf("without %s: got %v, want an error about it", field, err)
				}
				switch field {
				case "delay":
					rule.Delay = fault.Fixed(time.Second)
				case "status":
					rule.Status = 503
				default:
					t.Fatalf("unknown field %q", field)
				}
			}
			arm(t, s, rule)
			if got := s.Draw("", ""); got.Kind.Name != k.Name {
				t.Errorf("drawn: got %s, want %s", got.Kind.Name, k.Name)
			}
		})
	}
}

func TestConcurrentDrawsCountEachRequestOnce(t *testing.T) {
	t.Parallel()
	s := fault.NewRules(1, nil)
	arm(t, s, fault.Rule{Status: 503, Every: 4})
	var running sync.WaitGroup
	for range 8 {
		running.Go(func() {
			for range 250 {
				s.Draw("", "")
			}
		})
	}
	running.Wait()
	if r := s.List()[0]; r.Matched != 2000 || r.Triggered != 500 {
		t.Errorf("got %d matched, %d triggered, want 2000 and 500", r.Matched, r.Triggered)
	}
}
