package fault_test

import (
	"strings"
	"testing"

	"example.com/assay/mockserver/internal/fault"
)

func TestPreferences(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		header []string
		want   string // the same preferences, or a part of the error
		fails  bool
	}{
		{"no header", nil, "", false},
		{"other preferences", []string{"return=minimal, respond-async; wait=10, handling=lenient"}, "", false},
		{"two headers", []string{"code=503", "delay=1s"}, "fault=answer, delay=1s, code=503", false},
		{"any case, any space", []string{` Code = "503" ,RETRY-AFTER=3`}, "fault=answer, code=503, retry-after=3", false},
		{"the same twice", []string{"code=503", "code=503"}, "fault=answer, code=503", false},
		{"in quotes of another", []string{`x-about="a, code=503"`}, "", false},
		{"after quotes in quotes", []string{`x-about="a\", b", code=503`}, "fault=answer, code=503", false},
		{"quotes that do not end", []string{`x-about="a, code=503`}, "", false},
		{"contradictory", []string{"code=503", "code=504"}, `prefer code: contradictory values "503" and "504"`, true},
		{"contradictory in one", []string{"fault=slow, delay=1s, fault=truncate"}, `contradictory values "slow" and "truncate"`, true},
		{"quotes in quotes", []string{`code=""503""`}, "use one such as 503", true},
		{"a parameter", []string{"code=503; foo=bar"}, "use one such as 503", true},
		{"no value", []string{"code"}, `invalid number ""`, true},
		{"misspelled", []string{"coed=503"}, `did you mean "code"?`, true},
		{"negative seconds", []string{"code=204, retry-after=-1"}, "retry_after: -1 is out of range", true},
		{"too long", []string{"delay=6m"}, "from 0 to 5m0s", true},
		{"out of range", []string{"code=99999999999999999999"}, "invalid number", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			plan, err := fault.Prefer(tt.header)
			switch {
			case tt.fails:
				if err == nil || plan != nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("got %+v, %v, want an error with %q", plan, err, tt.want)
				}
			case err != nil || (plan == nil) != (tt.want == ""):
				t.Errorf("got %+v, %v, want %q", plan, err, tt.want)
			case plan != nil && plan.Preference() != tt.want:
				t.Errorf("got %s, want %s", plan.Preference(), tt.want)
			}
		})
	}
}

// FuzzPrefer checks every header Prefer: it is refused, or its plan can be spelled
// and parsed again, or it does not concern faults. A preference with one typing
// error is never ignored.
func FuzzPrefer(f *testing.F) {
	for _, seed := range []string{
		"", "code=503", "code=429, retry-after=30", `delay="250ms"`, "fault=commit-then-reset", "fault=slow, delay=20ms, code=1",
		"return=minimal, wait=10", "cod=503", "faults=slow", `x="a,b\"", code=204`, "code=503\x00code=504", "retry-after=1,retry_after=2", ",,=,=",
	} {
		f.Add(seed, "")
		f.Add("wait=3", seed)
	}
	f.Fuzz(func(t *testing.T, one, two string) {
		plan, err := fault.Prefer([]string{one, two})
		switch {
		case err != nil && plan != nil:
			t.Fatalf("got %+v and %v, want one of them", plan, err)
		case err != nil:
			if strings.TrimSpace(err.Error()) == "" || len(err.Error()) > 2000 {
				t.Errorf("got the error %q, want a short message", err)
			}
		case plan == nil:
			for name := range names(one + "," + two) {
				if near(name) {
					t.Errorf("%q, %q: %q was ignored, want it refused", one, two, name)
				}
			}
		default:
			again, err := fault.Prefer([]string{plan.Preference()})
			if err != nil || again.Preference() != plan.Preference() {
				t.Errorf("%q, %q: got %+v, then %+v, %v", one, two, plan, again, err)
			}
		}
	})
}

// names returns the text before the first = of each item of a list, or none if the
// list contains quotes.
func names(list string) map[string]bool {
	found := map[string]bool{}
	if strings.Contains(list, `"`) {
		return found
	}
	for item := range strings.SplitSeq(list, ",") {
		name, _, _ := strings.Cut(item, "=")
		found[strings.ToLower(strings.TrimSpace(name))] = true
	}
	return found
}

// near reports whether a name is a preference, or differs from one by a single
// letter.
func near(name string) bool {
	for _, known := range []string{"code", "delay", "fault", "retry-after"} {
		for i := range len(known) + 1 {
			head, tail := known[:i], known[i:]
			switch {
			case strings.HasPrefix(name, head) && strings.HasSuffix(name, tail) && len(name) <= len(known)+1 && len(name) >= len(known),
				i < len(known) && name == head+tail[1:],
				i < len(known) && len(name) == len(known) && strings.HasPrefix(name, head) && strings.HasSuffix(name, tail[1:]):
				return true
			}
		}
	}
	return false
}
