// Package mutants holds broken implementations of the API, to show that the
// suite catches each of them by the requirement that it breaks.
//
// A mutant is a value: what it breaks, how, and a layer around an implementation
// that works. It is never a branch within one. Most mutants change what they see
// going by, and so can be put before any deployment; a few need an implementation
// that is configured otherwise.
//
// Where a mutant does something after a while, it counts calls rather than time
// if it can: a busy machine must not decide whether it is caught.
package mutants

import (
	"net/http"
	"slices"
)

// Mutant is one broken implementation.
type Mutant struct {
	ID          string
	Requirement string // that it breaks: CAN-01
	How         string // a sentence that says what it does wrong
	Sneaky      bool   // wrong in one corner only, where a suite that looks once would not look
	ProxyOK     bool   // a proxy can do it before a deployment, and leaves nothing there that the suite was not told of
	Serial      bool   // it is wrong in an order of calls, so scenarios must not run at once
	Broad       bool   // the scenarios of its requirement alone make too little traffic to show it

	// Settings choose freedoms of the implementation that the mutant needs; nil
	// leaves them as they are.
	Settings map[string]string

	behave func() reaction
}

// Surroundings are what a mutant may know of the target that it stands before. A
// field is empty if the target has nothing of the kind.
type Surroundings struct {
	Key       string // the key that the suite uses
	OtherKey  string // of another institution
	DeniedKey string // valid, but refused from this machine
	Host      string // of the region that Key is of, with its port
	OtherHost string // of another region, with its port
}

// Wrap puts the mutant around an implementation. What it remembers starts empty
// with every call.
func (m Mutant) Wrap(next http.Handler, s Surroundings) http.Handler {
	if m.behave == nil {
		return next
	}
	react := m.behave()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x, err := newExchange(r, next, s)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		react(x).send(w)
	})
}

// All returns every mutant, in the order of the capabilities.
func All() []Mutant {
	return slices.Concat(
		cancelMutants(), cancelledMutants(), finalityMutants(), retrieveMutants(), listMutants(),
		authenticateMutants(), tenantMutants(), createMutants(), lookupMutants(), negativeMutants(),
	)
}

// Find returns the mutant with the ID, and whether there is one.
func Find(id string) (Mutant, bool) {
	all := All()
	i := slices.IndexFunc(all, func(m Mutant) bool { return m.ID == id })
	if i < 0 {
		return Mutant{}, false
	}
	return all[i], true
}
