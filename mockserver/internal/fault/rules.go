package fault

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
)

// MaxRules is how many rules an institution can have armed.
const MaxRules = 100

// Rules are the rules of one institution, in the order in which they were armed.
// They are safe for concurrent use.
type Rules struct {
	seed       uint64
	operations []string

	any  atomic.Bool // whether there are rules: most servers have none
	mu   sync.Mutex
	made uint64 // rules so far
	all  []*armed
}

// armed is a rule with what its chances are drawn from.
type armed struct {
	Rule
	seed uint64
}

// NewRules returns an empty set. The seed determines chances and delays, and the
// operations are the operationIds that a rule may name.
func NewRules(seed uint64, operations []string) *Rules {
	return &Rules{seed: seed, operations: operations}
}

// Arm adds a rule and returns it with its ID; the error says all that is wrong
// with it.
func (s *Rules) Arm(r Rule) (Rule, error) {
	r, err := r.whole(s.operations)
	if err != nil {
		return Rule{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.all) >= MaxRules {
		return Rule{}, fmt.Errorf("fault: expected at most %d that are armed, got another: disarm those that are over", MaxRules)
	}
	s.made++
	r.ID = fmt.Sprintf("fault-%d", s.made)
	s.all = append(s.all, &armed{Rule: r, seed: s.seedOf(r.ID)})
	s.any.Store(true)
	return r, nil
}

func (s *Rules) seedOf(id string) uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d %s", s.seed, id)
	return h.Sum64()
}

// List returns the rules in the order in which they were armed.
func (s *Rules) List() []Rule {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Rule, len(s.all))
	for i, r := range s.all {
		list[i] = r.Rule
	}
	return list
}

// Disarm removes the rule with the ID, and says whether there was one.
func (s *Rules) Disarm(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := len(s.all)
	s.all = slices.DeleteFunc(s.all, func(r *armed) bool { return r.ID == id })
	s.any.Store(len(s.all) > 0)
	return len(s.all) < before
}

// Clear removes all rules, and returns how many there were.
func (s *Rules) Clear() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.all)
	s.all = nil
	s.any.Store(false)
	return n
}

// Reset makes the set what it was at the beginning, the numbers of its rules
// included.
func (s *Rules) Reset() {
	s.Clear()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.made = 0
}

// Draw says what is to go wrong with a request; nil: nothing. Every rule that
// matches counts it, and the first that strikes is carried out.
func (s *Rules) Draw(operation, assessment string) *Plan {
	if !s.any.Load() {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var drawn *Plan
	for _, r := range s.all {
		if !r.matches(operation, assessment) {
			continue
		}
		r.Matched++
		random := rand.New(rand.NewPCG(r.seed, r.Matched)) //nolint:gosec // chance that can be repeated, no secret
		if drawn == nil && r.strikes(r.Matched, random.Float64) {
			r.Triggered++
			drawn = planOf(r.Rule, random)
		}
	}
	return drawn
}
