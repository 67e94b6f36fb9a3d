package store

import (
	"fmt"
	"time"

	"example.com/assay/mockserver/internal/domain"
)

// Initial is an assessment of a baseline. At returns it for a store that begins at
// the time: an assessment that is seven minutes old has another date in each store.
type Initial struct {
	ID string
	At func(start time.Time) domain.Assessment
}

// Baseline is the assessments that stores begin with. It never changes and stores
// share it, so beginning from it takes constant time. The zero value is empty.
type Baseline struct {
	initial []Initial
	byID    map[string]int
}

// NewBaseline returns a baseline, or an error for a duplicate ID.
func NewBaseline(initial []Initial) (*Baseline, error) {
	b := &Baseline{initial: initial, byID: make(map[string]int, len(initial))}
	for i, a := range initial {
		if _, taken := b.byID[a.ID]; taken {
			return nil, fmt.Errorf("duplicate assessment ID %s", a.ID)
		}
		b.byID[a.ID] = i
	}
	return b, nil
}

// BaselineOf returns a baseline of assessments whose times are fixed.
func BaselineOf(assessments []domain.Assessment) (*Baseline, error) {
	initial := make([]Initial, len(assessments))
	for i, a := range assessments {
		initial[i] = Initial{ID: a.ID, At: func(time.Time) domain.Assessment { return a }}
	}
	return NewBaseline(initial)
}

// Len returns the number of assessments.
func (b *Baseline) Len() int { return len(b.initial) }
