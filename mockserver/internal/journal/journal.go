// Package journal keeps what was asked and what was answered, as the client saw
// it, with what nobody sees from outside: the operation, the state before and
// after, what broke the contract, and the fault that struck.
//
// A journal is bounded. Keys and other secrets are redacted before anything is
// kept. Most of what an entry shows is put together when it is read:
// what an exchange pays is little more than the noting of what is there anyway.
package journal

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash/fnv"
	"sync"
	"sync/atomic"

	"example.com/assay/internal/redact"
)

// Limits bound a journal. The latest entry is always kept.
type Limits struct {
	Entries int // how many entries are kept
	Bytes   int // how many bytes they show, heads and bodies, at most
}

// DefaultLimits returns the limits of a journal without limits of its own.
func DefaultLimits() Limits { return Limits{Entries: 10_000, Bytes: 64 << 20} }

// Journal is the journal of one institution, or of the requests that are of
// none. It is safe for concurrent use.
type Journal struct {
	institution string
	operations  []string // that requests can be for
	seed        uint64
	limits      Limits
	prefix      [8]byte // of the request IDs

	asked atomic.Uint64 // requests so far
	last  atomic.Uint64 // number of the latest entry

	mu      sync.Mutex
	kept    deque
	bytes   int
	evicted uint64
	changed chan struct{} // closed at the next entry; nil: nobody waits
	ended   bool
	streams map[*Stream]struct{}

	known redact.Known // of good keys, whichever institution's; those of strays alone are used
}

// New returns an empty journal. The seed and the institution, which is empty for
// the requests of none, make the request IDs. The operations are those that
// requests can be for, by their operationIds.
func New(seed uint64, institution string, limits Limits, operations []string) *Journal {
	j := &Journal{institution: institution, operations: operations, seed: seed, limits: limits, streams: map[*Stream]struct{}{}}
	binary.BigEndian.PutUint64(j.prefix[:], seed)
	if institution != "" {
		h := fnv.New64a()
		_, _ = h.Write(j.prefix[:]) // it never fails
		_, _ = h.Write([]byte(institution))
		h.Sum(j.prefix[:0])
	}
	return j
}

// number gives a request its ID, which depends on how many came before it in the
// same journal, and on nothing that others do.
func (j *Journal) number() string {
	var raw [16]byte
	copy(raw[:8], j.prefix[:])
	binary.BigEndian.PutUint64(raw[8:], j.asked.Add(1))
	return hex.EncodeToString(raw[:])
}

// add keeps a record, and lets go of the oldest ones that the limits leave no
// room for.
func (j *Journal) add(r *record) {
	r.cost = r.size()
	j.mu.Lock()
	defer j.mu.Unlock()
	r.number = j.last.Add(1)
	j.kept.push(r)
	j.bytes += r.cost
	for j.kept.len() > 1 && (j.kept.len() > j.limits.Entries || j.bytes > j.limits.Bytes) {
		j.bytes -= j.kept.pop().cost
		j.evicted++
	}
	if j.changed != nil {
		close(j.changed)
		j.changed = nil
	}
	for s := range j.streams {
		s.offer(r)
	}
}

// Reset makes the journal what it was at the beginning. Who waits goes on
// waiting; streams are told.
func (j *Journal) Reset() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.kept, j.bytes, j.evicted = deque{}, 0, 0
	j.asked.Store(0)
	j.last.Store(0)
	for s := range j.streams {
		s.offer(nil)
	}
}

// ErrEnded says that there is nothing to wait for: the institution of the journal
// was deleted.
var ErrEnded = errors.New("the institution of the journal was deleted")

// End lets everybody go who waits or follows: the institution of the journal is
// gone. What the journal has can still be read.
func (j *Journal) End() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.ended = true
	if j.changed != nil {
		close(j.changed)
		j.changed = nil
	}
	for s := range j.streams {
		s.end()
	}
}

// over reports whether the journal has ended.
func (j *Journal) over() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.ended
}

// Stats says how full the journal is.
type Stats struct {
	Entries int    `json:"entries"` // that are kept
	Bytes   int    `json:"bytes"`   // that they show
	Last    uint64 `json:"last"`    // number of the latest entry, 0 if there was none
	Evicted uint64 `json:"evicted"` // entries that were let go
}

// Stats returns how full the journal is.
func (j *Journal) Stats() Stats {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.stats()
}

func (j *Journal) stats() Stats {
	return Stats{Entries: j.kept.len(), Bytes: j.bytes, Last: j.last.Load(), Evicted: j.evicted}
}

// records returns the records that are kept, oldest first, and how full the
// journal was then. The records are shared, the slice is not.
func (j *Journal) records() ([]*record, Stats) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.kept.all(), j.stats()
}

// deque is a queue whose end is cheap to add to, and whose front is cheap to
// take from.
type deque struct {
	records []*record
	gone    int // at the front
}

func (d *deque) len() int { return len(d.records) - d.gone }

func (d *deque) push(r *record) { d.records = append(d.records, r) }

// pop takes the oldest record away. The room that is free at the front is given
// back once it is half of all.
func (d *deque) pop() *record {
	r := d.records[d.gone]
	d.records[d.gone] = nil
	d.gone++
	if d.gone*2 >= len(d.records) {
		n := copy(d.records, d.records[d.gone:])
		clear(d.records[n:])
		d.records, d.gone = d.records[:n], 0
	}
	return r
}

func (d *deque) all() []*record {
	return append([]*record(nil), d.records[d.gone:]...)
}
