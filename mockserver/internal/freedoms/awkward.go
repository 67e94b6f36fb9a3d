package freedoms

import (
	"encoding/binary"
	"hash/fnv"
	"slices"
	"time"

	"example.com/assay/openapi"
)

// Awkward varies the values of freedoms, so that a client cannot depend on
// undocumented behaviour. A value depends on the seed, the freedom and its scope
// alone: the request, the assessment, the list or the institution. The scopes keep
// responses consistent: two reads of an assessment never contradict each other,
// and the pages of a list fit together.
type Awkward struct {
	Seed uint64
	// Fixed names the freedoms that do not vary.
	Fixed []string
}

// varies reports whether the freedom varies. It is safe on nil.
func (a *Awkward) varies(name string) bool { return a != nil && !slices.Contains(a.Fixed, name) }

// durations are the values of a freedom that takes any duration: long enough for an
// impatient client to see the difference, short enough to wait for.
func durations() []time.Duration {
	return []time.Duration{0, 50 * time.Millisecond, 200 * time.Millisecond, 600 * time.Millisecond}
}

// draw returns a value of the freedom for the n-th request, or for the scope with
// the name.
func (a *Awkward) draw(f openapi.Freedom, scope string, n uint64) string {
	number := a.number(f.Name, scope, n)
	if !f.Duration {
		return f.Values[number%uint64(len(f.Values))]
	}
	durations := durations()
	if d := durations[number%uint64(len(durations))]; d > 0 {
		return d.String()
	}
	return f.Values[0]
}

// number hashes its arguments with the seed.
func (a *Awkward) number(freedom, scope string, n uint64) uint64 {
	var numbers [16]byte
	binary.LittleEndian.PutUint64(numbers[:8], a.Seed)
	binary.LittleEndian.PutUint64(numbers[8:], n)
	h := fnv.New64a()
	_, _ = h.Write(numbers[:]) // never fails
	_, _ = h.Write([]byte(freedom + "\x00" + scope))
	return mix(h.Sum64())
}

// mix spreads a hash over all of its bits: the low bits of FNV alone repeat in a
// pattern.
func mix(x uint64) uint64 {
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}
