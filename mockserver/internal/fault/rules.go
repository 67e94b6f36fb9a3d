package fault

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
)

// MaxRules limits the armed rules of an institution.
const MaxRules = 100

// Rules are the armed rules of one institution, in the order of arming. It is safe
// for concurrent use.
type Rules struct {
	seed       uint64
	operations []string

	armed   atomic.Bool // there is a rule: most servers have none
	mu      sync.Mutex
	counter uint64 // of IDs
	rules   []*seededRule
}

type seededRule struct {
	Rule
	seed uint64
}

// NewRules returns an empty set. The seed determines probabilities and delays; the
// operations are the operationIds that a rule may name.
func NewRules(seed uint64, operations []string) *Rules {
	return &Rules{seed: seed, operations: operations}
}

// Arm adds a rule and returns it with its ID, or an error that lists every problem.
func (s *Rules) Arm(r Rule) (Rule, error) {
	r, err := r.complete(s.operations)
	if err != nil {
		return Rule{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.rules) >= MaxRules {
		return Rule{}, fmt.Errorf("fault: limit of %d armed faults reached; disarm one first", MaxRules)
	}
	s.counter++
	r.ID = fmt.Sprintf("fault-%d", s.counter)
	s.rules = append(s.rules, &seededRule{Rule: r, seed: s.seedOf(r.ID)})
	s.armed.Store(true)
	return r, nil
}

func (s *Rules) seedOf(id string) uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d %s", s.seed, id)
	return h.Sum64()
}

// List returns the rules in the order of arming.
func (s *Rules) List() []Rule {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Rule, len(s.rules))
	for i, r := range s.rules {
		list[i] = r.Rule
	}
	return list
}

// Disarm removes the rule with the ID, and reports whether it existed.
func (s *Rules) Disarm(id string) bool {
	return s.remove(func(r *seededRule) bool { return r.ID == id }) > 0
}

// Clear removes all rules and returns their number.
func (s *Rules) Clear() int { return s.remove(func(*seededRule) bool { return true }) }

func (s *Rules) remove(match func(*seededRule) bool) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := len(s.rules)
	s.rules = slices.DeleteFunc(s.rules, match)
	s.armed.Store(len(s.rules) > 0)
	return before - len(s.rules)
}

// Reset removes all rules and restarts their numbering.
func (s *Rules) Reset() {
	s.Clear()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counter = 0
}

// untake takes a trigger back.
func (s *Rules) untake(r *seededRule) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.Triggered--
}

// Draw returns the plan for a request, or nil if no rule affects it. Every matching
// rule counts the request; the first that triggers is used.
func (s *Rules) Draw(operation, assessment string) *Plan {
	if !s.armed.Load() {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var drawn *Plan
	for _, r := range s.rules {
		if !r.matches(operation, assessment) {
			continue
		}
		r.Matched++
		random := rand.New(rand.NewPCG(r.seed, r.Matched)) //nolint:gosec // a repeatable chance, no secret
		if drawn == nil && r.triggers(r.Matched, random.Float64) {
			r.Triggered++
			drawn = r.plan(random)
			drawn.untake = func() { s.untake(r) }
		}
	}
	return drawn
}
