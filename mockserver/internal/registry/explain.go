package registry

import (
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/institution"
	"example.com/assay/mockserver/internal/journal"
)

// Explain explains the response with the request ID, of any institution or of an
// unmatched request.
func (r *Registry) Explain(id, scheme string, unmatched *journal.Journal) (institution.Explanation, error) {
	for _, in := range r.List() {
		if e, kept := in.Journal().Entry(id); kept && e.ID == id {
			return in.Explain(id, scheme)
		}
	}
	if e, sentences, kept := unmatched.Explain(id); kept && e.ID == id {
		return institution.NewExplanation(e, sentences, scheme), nil
	}
	return institution.Explanation{}, domain.Errorf(domain.NotFound, "no response with the X-Request-Id %.64q in any journal: %s", id, r.guess(id, unmatched))
}

// guess returns the best guess of any journal about an unknown ID.
func (r *Registry) guess(id string, unmatched *journal.Journal) string {
	for _, in := range r.List() {
		if guess := in.Journal().Guess(id); guess != journal.NoGuess {
			return guess
		}
	}
	return unmatched.Guess(id)
}
