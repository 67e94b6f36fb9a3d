package tenant

import (
	"fmt"
	"time"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/journal"
)

// Explanation says why an answer was what it was.
type Explanation struct {
	ID    string        `json:"id"`    // X-Request-Id of the answer
	Words []string      `json:"words"` // sentences, in the order in which things came about
	Curl  string        `json:"curl"`  // the request as a command; empty: it is a change, and had none
	Entry journal.Entry `json:"entry"`
}

// Explain says in words why the answer with the request ID, or of the entry with
// the number, was what it was; the error is of kind NotFound if the journal has
// none.
func (in *Institution) Explain(ref, scheme string) (Explanation, error) {
	e, words, kept := in.journal.Explain(ref)
	if !kept {
		return Explanation{}, domain.Errorf(domain.NotFound, "expected the request ID or the number of an exchange that the journal has, got %.64q: %s", ref, in.journal.Guess(ref))
	}
	x := explained(e, words, scheme)
	if late := in.late(e); late != "" {
		x.Words = append(x.Words, late)
	}
	return x, nil
}

// Explain does the same for whichever institution the exchange was of, or for
// none of them.
func (r *Registry) Explain(id, scheme string, nobodys *journal.Journal) (Explanation, error) {
	for _, in := range r.List() {
		if e, kept := in.journal.Entry(id); kept && e.ID == id {
			return in.Explain(id, scheme)
		}
	}
	if e, words, kept := nobodys.Explain(id); kept && e.ID == id {
		return explained(e, words, scheme), nil
	}
	return Explanation{}, domain.Errorf(domain.NotFound, "expected the X-Request-Id of an answer that a journal has, got %.64q: %s", id, r.guess(id, nobodys))
}

// guess says what an ID was meant to be that no journal has.
func (r *Registry) guess(id string, nobodys *journal.Journal) string {
	for _, in := range r.List() {
		if guess := in.journal.Guess(id); guess != journal.NoGuess {
			return guess
		}
	}
	return nobodys.Guess(id)
}

func explained(e journal.Entry, words []string, scheme string) Explanation {
	x := Explanation{ID: e.ID, Words: words, Entry: e}
	if e.Kind == journal.KindExchange {
		x.Curl = e.Curl(scheme)
	}
	return x
}

// late recognizes a reading that shows the state before a cancel which was
// decided already.
func (in *Institution) late(e journal.Entry) string {
	if e.Operation != "getAssessment" || e.State == nil || e.State.After.State == string(domain.Cancelled) {
		return ""
	}
	a, _, err := in.current.Load().Assessments.Find(e.Assessment)
	if err != nil || a.Ending == nil || e.Time.Before(a.Ending.At) || !e.Time.Before(a.Ending.Visible) {
		return ""
	}
	return fmt.Sprintf("It had been cancelled at %s, but clients do not see that before %s: cancel-visibility is %s.",
		a.Ending.At.Format(time.RFC3339Nano), a.Ending.Visible.Format(time.RFC3339Nano), a.Ending.Visible.Sub(a.Ending.At))
}
