package institution

import (
	"fmt"
	"time"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/journal"
)

// Explanation explains a response or a change.
type Explanation struct {
	ID    string        `json:"id"`    // X-Request-Id of the response
	Words []string      `json:"words"` // sentences, in the order of the causes
	Curl  string        `json:"curl"`  // the request as a command; empty for a change
	Entry journal.Entry `json:"entry"`
}

// NewExplanation returns the explanation of an entry. The scheme is that of the API.
func NewExplanation(e journal.Entry, sentences []string, scheme string) Explanation {
	x := Explanation{ID: e.ID, Words: sentences, Entry: e}
	if e.Kind == journal.KindExchange {
		x.Curl = e.Curl(scheme)
	}
	return x
}

// Explain explains the response with the request ID, or the entry with the number;
// the error is of kind NotFound if the journal has none.
func (in *Institution) Explain(ref, scheme string) (Explanation, error) {
	e, sentences, kept := in.journal.Explain(ref)
	if !kept {
		return Explanation{}, domain.Errorf(domain.NotFound, "no entry with the request ID or number %.64q in the journal: %s", ref, in.journal.Guess(ref))
	}
	if late := in.late(e); late != "" {
		sentences = append(sentences, late)
	}
	return NewExplanation(e, sentences, scheme), nil
}

// late explains a read that shows the state before a cancel that was decided
// already.
func (in *Institution) late(e journal.Entry) string {
	if e.Operation != "getAssessment" || e.State == nil || e.State.After.State == string(domain.Cancelled) {
		return ""
	}
	a, _, err := in.State().Assessments.Find(e.Assessment)
	if err != nil || a.Ending == nil || e.Time.Before(a.Ending.At) || !e.Time.Before(a.Ending.Visible) {
		return ""
	}
	return fmt.Sprintf("It had been cancelled at %s, but clients do not see that before %s: cancel-visibility is %s.",
		a.Ending.At.Format(time.RFC3339Nano), a.Ending.Visible.Format(time.RFC3339Nano), a.Ending.Visible.Sub(a.Ending.At))
}
