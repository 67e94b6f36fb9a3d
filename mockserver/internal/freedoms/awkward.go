package freedoms

import (
	"encoding/binary"
	"hash/fnv"
	"slices"
	"time"
)

// Awkward varies what the documentation leaves open, so that a client cannot
// lean on what nobody promised. What it draws depends on its seed, the number of
// the request and the ID of the assessment, and on nothing else.
//
// Not everything can differ from one request to the next and still be an answer
// that some real server might give. What belongs to an assessment (whether it can
// be cancelled after its end, when a cancel becomes visible, whether an outcome
// shows before the end) is drawn once for each, so that two readings of it never
// contradict each other. Where a list must be read in pages, its order and its
// shape are drawn once for the institution, or pages would not fit together; so
// is the path of outcomes, which a client has to find out only once.
type Awkward struct {
	Seed uint64
	// Fixed names the freedoms that do not vary.
	Fixed []string
}

// scope is what a freedom is drawn anew for.
type scope int

const (
	perRequest scope = iota
	perAssessment
	perInstitution
)

// scopes has the freedoms that are not drawn anew for every request.
func scopes() map[string]scope {
	return map[string]scope{
		"cancel-in-error":         perAssessment,
		"cancel-after-completion": perAssessment,
		"cancel-visibility":       perAssessment,
		"cancel-status":           perAssessment,
		"outcome-before-end":      perAssessment,
		"outcome-path":            perInstitution,
	}
}

// delays are the values of a freedom that takes any duration: long enough that a
// client which does not wait sees the difference, short enough to wait for.
func delays() []time.Duration {
	return []time.Duration{0, 50 * time.Millisecond, 200 * time.Millisecond, 600 * time.Millisecond}
}

// ForRequest returns the choices for the request with the number.
func (s *Settings) ForRequest(n uint64) *Settings {
	if s.Awkward == nil {
		return s
	}
	drawn := *s
	s.Awkward.draw(&drawn, perRequest, "request", n)
	s.Awkward.draw(&drawn, perInstitution, "institution", 0)
	return &drawn
}

// ForAssessment returns the choices for everything that concerns one assessment.
func (s *Settings) ForAssessment(id string) *Settings {
	if s.Awkward == nil {
		return s
	}
	drawn := *s
	s.Awkward.draw(&drawn, perAssessment, id, 0)
	return &drawn
}

// HidesInterim returns the function that says whether an assessment shows no
// outcome before its end, nil if all do as the settings say.
func (s *Settings) HidesInterim() func(id string) bool {
	if s.Awkward == nil {
		return nil
	}
	const name = "outcome-before-end"
	if slices.Contains(s.Awkward.Fixed, name) {
		return nil
	}
	values := named(name).Values
	return func(id string) bool {
		return values[s.Awkward.number(name, id, 0)%uint64(len(values))] == string(OutcomeNull)
	}
}

// Paged returns the choices for a list that is read in pages.
func (s *Settings) Paged() *Settings {
	if s.Awkward == nil {
		return s
	}
	drawn := *s
	s.Awkward.drawOne(&drawn, "list-order", "pages", 0)
	s.Awkward.drawOne(&drawn, "list-shape", "pages", 0)
	return &drawn
}

func (a *Awkward) draw(s *Settings, of scope, what string, n uint64) {
	scopes := scopes()
	for _, f := range All() {
		if scopes[f.Name] == of && !slices.Contains(a.Fixed, f.Name) {
			f.set(s, f.pick(a.number(f.Name, what, n)))
		}
	}
}

func (a *Awkward) drawOne(s *Settings, name, what string, n uint64) {
	if f := named(name); !slices.Contains(a.Fixed, name) {
		f.set(s, f.pick(a.number(name, what, n)))
	}
}

// named returns the freedom of the name, which must be one.
func named(name string) Freedom {
	all := All()
	return all[slices.IndexFunc(all, func(f Freedom) bool { return f.Name == name })]
}

// pick chooses a value by a number.
func (f Freedom) pick(number uint64) string {
	if !f.Open {
		return f.Values[number%uint64(len(f.Values))]
	}
	delays := delays()
	if d := delays[number%uint64(len(delays))]; d > 0 {
		return d.String()
	}
	return f.Values[0]
}

// number is the same for the same arguments, and else has nothing to do with
// any other.
func (a *Awkward) number(freedom, what string, n uint64) uint64 {
	var numbers [16]byte
	binary.LittleEndian.PutUint64(numbers[:8], a.Seed)
	binary.LittleEndian.PutUint64(numbers[8:], n)
	h := fnv.New64a()
	_, _ = h.Write(numbers[:]) // it never fails
	_, _ = h.Write([]byte(freedom + "\x00" + what))
	return mix(h.Sum64())
}

// mix spreads a hash over all of its bits: the low ones of FNV alone show a
// pattern from one number to the next.
func mix(x uint64) uint64 {
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}
