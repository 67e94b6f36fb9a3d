// Package journal records exchanges and changes, as the client saw them and with
// their causes: the operation, the state before and after, the breaches of the
// contract, and the fault.
//
// Begin reading at [Journal] and at [Exchange], which records one request. A record
// becomes an [Entry] when it is read, so recording costs little. A [Filter] selects
// entries to find, wait for, follow, verify or export. A journal is bounded, and
// keeps no credentials.
package journal

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash/fnv"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"example.com/assay/internal/redact"
)

// Limits bound a journal. It always keeps the latest entry.
type Limits struct {
	Entries int
	Bytes   int // of headers and bodies
}

// DefaultLimits returns the default limits.
func DefaultLimits() Limits { return Limits{Entries: 10_000, Bytes: 64 << 20} }

// Journal is the journal of one institution, or of the unmatched requests. It is safe
// for concurrent use.
type Journal struct {
	institution string
	operations  []string // operationIds of the API
	seed        uint64
	limits      Limits
	prefix      [8]byte // of the request IDs

	requests atomic.Uint64 // number of request IDs
	last     atomic.Uint64 // number of the latest entry

	mu      sync.Mutex
	kept    deque
	bytes   int
	evicted uint64
	changed chan struct{} // closed at the next entry; nil: no reader waits
	ended   bool
	streams map[*Stream]struct{}

	known redact.Known // redactors of valid keys; used in the journal of unmatched requests
}

// New returns an empty journal. Seed and institution, which is empty for unmatched
// requests, determine the request IDs. Operations are the operationIds of the API.
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

// requestID returns the next ID. It depends only on the seed, the institution, and
// the number of its earlier requests.
func (j *Journal) requestID() string {
	var raw [16]byte
	copy(raw[:8], j.prefix[:])
	binary.BigEndian.PutUint64(raw[8:], j.requests.Add(1))
	return hex.EncodeToString(raw[:])
}

// add appends a record, and evicts the oldest ones beyond the limits.
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
	j.wake()
	j.tell(r)
}

// maxMoved bounds the effects that an entry lists.
const maxMoved = 100

// Control adds a change to the journal. Call it before the change becomes visible:
// entries with a higher number may have seen the change, those with a lower one have
// not.
func (j *Journal) Control(at time.Time, c Change) {
	if c.By == "" {
		c.By = ByGo
	}
	if n := len(c.Moved); n > maxMoved {
		c.Moved, c.Omitted = c.Moved[:maxMoved], c.Omitted+n-maxMoved
	}
	r := &record{
		institution: j.institution, seed: j.seed, time: at.UTC(), operation: c.Operation, assessment: c.Assessment,
		control: &c.Control,
	}
	if c.After != nil {
		r.made = &State{After: viewOf(*c.After), Effective: c.Before == nil || *c.Before != *c.After}
	}
	if c.Before != nil {
		r.made.Before = viewOf(*c.Before)
	}
	j.add(r)
}

// wake wakes the waiting readers; the lock is held.
func (j *Journal) wake() {
	if j.changed != nil {
		close(j.changed)
		j.changed = nil
	}
}

// tell sends a record, or nil for a reset, to the streams; the lock is held.
func (j *Journal) tell(r *record) {
	maps.DeleteFunc(j.streams, func(s *Stream, _ struct{}) bool { return !s.offer(r) })
}

// Reset removes all entries and starts the numbers and the request IDs again.
// Waiting readers go on waiting; streams get an event.
func (j *Journal) Reset() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.kept, j.bytes, j.evicted = deque{}, 0, 0
	j.requests.Store(0)
	j.last.Store(0)
	j.tell(nil)
}

// ErrEnded is the error of a wait for entries of a deleted institution.
var ErrEnded = errors.New("the institution was deleted while waiting")

// End releases all waiting readers and streams, because the institution was deleted.
// The entries stay readable.
func (j *Journal) End() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.ended = true
	j.wake()
	for s := range j.streams {
		s.end()
	}
	clear(j.streams)
}

// next returns a channel that is closed at the next entry or at the end, and reports
// whether the journal has ended.
func (j *Journal) next() (changed <-chan struct{}, ended bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.changed == nil {
		j.changed = make(chan struct{})
	}
	return j.changed, j.ended
}

// Follow returns a stream of the future entries that the filter selects, with a
// buffer of the given size. Close it after use.
func (j *Journal) Follow(f Filter, buffer int) *Stream {
	s := &Stream{filter: f.criteria(), waiting: make(chan *record, buffer), lock: &j.mu}
	j.mu.Lock()
	defer j.mu.Unlock()
	maps.DeleteFunc(j.streams, func(s *Stream, _ struct{}) bool { return s.closed })
	if j.ended {
		s.end()
	} else {
		j.streams[s] = struct{}{}
	}
	return s
}

// Stats are the fill and the numbers of a journal.
type Stats struct {
	Entries int    `json:"entries"`
	Bytes   int    `json:"bytes"`
	Last    uint64 `json:"last"`    // number of the latest entry, 0 if there was none
	Evicted uint64 `json:"evicted"` // number of removed entries
}

// Stats returns the fill and the numbers of the journal.
func (j *Journal) Stats() Stats {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.stats()
}

func (j *Journal) stats() Stats {
	return Stats{Entries: j.kept.len(), Bytes: j.bytes, Last: j.last.Load(), Evicted: j.evicted}
}

// records returns the records, oldest first, and the statistics at that time. The
// records are shared, the slice is a copy.
func (j *Journal) records() ([]*record, Stats) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.kept.all(), j.stats()
}

// deque is a queue with a cheap push at the end and a cheap pop at the front.
type deque struct {
	records []*record
	gone    int // at the front
}

func (d *deque) len() int { return len(d.records) - d.gone }

func (d *deque) push(r *record) { d.records = append(d.records, r) }

// pop removes the oldest record. It frees the room at the front once that is half of
// the slice.
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
