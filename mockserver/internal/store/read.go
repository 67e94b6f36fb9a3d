// Package store keeps what an institution owns, in memory: its assessments, the
// catalogues that they refer to, and its clock.
//
// Begin with [Assessments].
package store

import (
	"errors"
	"time"

	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/freedoms"
)

// Render makes the certified bytes of an assessment in a view.
type Render func(*domain.Assessment, domain.View) (contract.Item, error)

// ReadOptions say how assessments are shown.
type ReadOptions struct {
	HideInterim bool                 // no outcome before the end of the workflow
	Hides       func(id string) bool // decides by assessment; nil: HideInterim decides
}

// view returns the assessment as a reader with the options sees it.
func (o ReadOptions) view(a *domain.Assessment, now time.Time) domain.View {
	hidden := o.HideInterim
	if o.Hides != nil {
		hidden = o.Hides(a.ID)
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
	After  string             // ID of the item before the range; empty: Offset decides
	Offset int
	Limit  int // 0: to the end
}

// ErrNoPlace means that the item before a range is not in the list.
var ErrNoPlace = errors.New("the item before the range is not in the list")

// Part is the part of a list in a range.
type Part struct {
	Items []contract.Item
	Count int    // of the whole list
	Last  string // ID of the last item
	More  bool   // items follow
}

// order returns the order of the range in a list with count elements.
func (r Range) order(count int) freedoms.ListOrder {
	if r.Whole != "" && r.After == "" && r.Offset == 0 && (r.Limit == 0 || r.Limit >= count) {
		return r.Whole
	}
	return r.Order
}
