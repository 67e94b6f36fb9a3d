// Package store keeps what institutions own, in memory. Each institution is by
// itself: no operation of one touches another.
package store

import (
	"errors"
	"time"

	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/freedoms"
)

// ErrExists says that there is an assessment with the ID already.
var ErrExists = errors.New("an assessment with this ID exists already")

// Render makes the certified bytes of an assessment in a view.
type Render func(*domain.Assessment, domain.View) (contract.Item, error)

// Reading says how assessments are to be shown.
type Reading struct {
	HideInterim bool // no outcome before the end of the workflow
	// Hides says so for each assessment by itself, by its ID; nil: HideInterim
	// does for all.
	Hides func(id string) bool
}

// of returns the view of the assessment to this reader.
func (r Reading) of(a *domain.Assessment, now time.Time) domain.View {
	hidden := r.HideInterim
	if r.Hides != nil {
		hidden = r.Hides(a.ID)
	}
	if hidden {
		return a.At(now).HideInterim()
	}
	return a.At(now)
}

// Range is a part of a list.
type Range struct {
	Order  freedoms.ListOrder
	Whole  freedoms.ListOrder // the order of a range that holds the whole list; empty: Order
	Offset int
	Limit  int // 0: to the end
}

// Assessments are the assessments of one institution. An implementation is safe
// for concurrent use and linearizable: its operations look as if they had been
// carried out one after another, at times that never go back.
type Assessments interface {
	// Add keeps an assessment; the error is ErrExists if its ID is taken.
	Add(domain.Assessment) error
	// Create keeps a new assessment and returns it as it reads at once. The
	// function gets the time and the number of the creation, from 1.
	Create(Reading, func(now time.Time, n uint64) domain.Assessment) (contract.Item, error)
	// Get returns an assessment as it reads now; the error is of kind NotFound
	// if there is none.
	Get(id string, r Reading) (contract.Item, error)
	// Change replaces an assessment by what the function makes of it. If the
	// function fails, nothing changes and its error is returned.
	Change(id string, change func(now time.Time, a domain.Assessment) (domain.Assessment, error)) error
	// List returns the range of the list as it reads now, and how many there
	// are in all.
	List(Range, Reading) ([]contract.Item, int, error)
	// Find returns the assessment and its view, as decided and at the time of
	// the institution.
	Find(id string) (domain.Assessment, time.Time, error)
	// All returns every assessment, oldest first, and the time.
	All() ([]domain.Assessment, time.Time)
	// Counts returns how many assessments there are, and how many creations
	// were counted.
	Counts() (there int, created uint64)
}
