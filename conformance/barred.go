package conformance

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/report"
	"example.com/assay/openapi"
)

// otherKeyName is the variable of the key of another institution.
const otherKeyName = "$ASSAY_OTHER_APIKEY"

// bar is a condition outside the API that explains refusals: a key that is locked out
// or revoked, an exhausted quota, a key without the right to write.
type bar struct {
	reason, hint string
	explains     func(*client.Exchange) bool
	whole        bool // explains every failure of a scenario with such an exchange
}

// withdraw takes back what was concluded from refusals that a bar explains. They are
// no evidence about the API: the scenario could not run, unless it failed for another
// reason as well.
func (s *suite) withdraw() {
	exchanges := s.client.Exchanges()
	for _, b := range s.bars(exchanges) {
		explained := map[int]bool{}
		barred := map[string]bool{}
		for _, e := range exchanges {
			if b.explains(e) {
				explained[e.Number], barred[e.Call.Scenario] = true, true
			}
		}
		for i := range s.report.Scenarios {
			b.withdraw(&s.report.Scenarios[i], explained, barred)
		}
	}
}

func (b bar) withdraw(sc *report.Scenario, explained map[int]bool, barred map[string]bool) {
	misread := sc.Outcome == report.NotSupported && b.whole && barred[sc.Name] // a locked key is answered as a missing operation is
	if sc.Outcome != report.Failed && sc.Outcome != report.Passed && !misread {
		return
	}
	failures := slices.DeleteFunc(slices.Clone(sc.Failures), func(f report.Failure) bool {
		return explained[f.Exchange] || barred[sc.Name] && (f.Exchange == 0 || b.whole)
	})
	if len(failures) > 0 || !misread && !barred[sc.Name] && len(failures) == len(sc.Failures) {
		sc.Failures = failures
		return
	}
	sc.Outcome, sc.Reason, sc.Hint, sc.Failures, sc.Known = report.CouldNotRun, b.reason, b.hint, nil, nil
}

// bars finds the conditions by the responses of the whole run.
func (s *suite) bars(exchanges []*client.Exchange) []bar {
	var found []bar
	if b, ok := s.lostKey(exchanges); ok {
		found = append(found, b)
	}
	if b, ok := s.barredWrites(exchanges); ok {
		found = append(found, b)
	}
	return found
}

// lostKey reports whether the key, which worked before the run, is refused after it.
func (s *suite) lostKey(exchanges []*client.Exchange) (bar, bool) {
	if len(exchanges) == 0 {
		return bar{}, false
	}
	last := exchanges[len(exchanges)-1]
	if last.Call.Key.Name() != s.key.Name() || !refusesKey(last.Status) {
		return bar{}, false
	}
	var since time.Time
	for _, e := range exchanges {
		if e.Status == last.Status && e.Call.Key.Name() == s.key.Name() && (since.IsZero() || e.Returned().Before(since)) {
			since = e.Returned()
		}
	}
	return bar{
		whole:  true, // the reads after it are missing
		reason: fmt.Sprintf("the key stopped working during the run: the target answers it with %d", last.Status),
		hint:   "the key was locked, revoked or has used up its quota; --skip AUT-02 sends fewer invalid keys",
		explains: func(e *client.Exchange) bool {
			return e.Status == last.Status && (e.Call.Key.Name() == s.key.Name() || !e.Returned().Before(since))
		},
	}, true
}

func refusesKey(status int) bool {
	return status == http.StatusUnauthorized || mayNot(status)
}

func mayNot(status int) bool {
	return status == http.StatusPaymentRequired || status == http.StatusForbidden
}

// barredWrites reports whether the key may not create assessments, at all or from some
// point of the run on: 402 or 403 to a create, and no success after it.
func (s *suite) barredWrites(exchanges []*client.Exchange) (bar, bool) {
	status := 0
	for _, e := range exchanges {
		switch {
		case !creates(e) || e.Call.Key.Name() != s.key.Name():
		case e.Success():
			status = 0
		case status == 0 && mayNot(e.Status):
			status = e.Status
		}
	}
	return bar{
		reason: fmt.Sprintf("the key may not create assessments: the target answers %d", status),
		hint:   "use a key with the right to write and a sufficient quota",
		explains: func(e *client.Exchange) bool {
			op, _ := openapi.OperationByID(e.Call.Operation)
			valid := e.Call.Key.Name() == s.key.Name() || e.Call.Key.Name() == otherKeyName
			return valid && e.Status == status && op.Method != http.MethodGet
		},
	}, status != 0
}

func creates(e *client.Exchange) bool {
	op, _ := openapi.OperationByID(e.Call.Operation)
	return op.Effect == openapi.Creates
}
