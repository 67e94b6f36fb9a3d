package journal

import (
	"context"
	"errors"
	"io"
)

// ErrSlow says that a stream has ended because its reader was too slow.
var ErrSlow = errors.New("expected a reader that keeps up, got one that is too slow: read the journal from the last number on")

// Stream is a live view of a journal. It holds only so many entries for a slow
// reader, and then ends.
type Stream struct {
	journal *Journal
	filter  criteria
	waiting chan *record
	slow    bool // written before waiting is closed
}

// Event is what a stream tells: an entry, or that the journal was reset.
type Event struct {
	Entry *Entry
	Reset bool
}

// Follow returns a stream of the entries from now on that the filter finds. So
// many of them wait for the reader at most. It must be closed.
func (j *Journal) Follow(f Filter, waiting int) *Stream {
	s := &Stream{journal: j, filter: f.criteria(), waiting: make(chan *record, waiting)}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.streams[s] = struct{}{}; j.ended {
		s.end()
	}
	return s
}

// offer gives a record to the stream, nil for a reset. A stream that has no room
// for it is ended. The journal's lock is held, so that offers keep their order.
func (s *Stream) offer(r *record) {
	if r != nil && !s.filter.meet(r) {
		return
	}
	select {
	case s.waiting <- r:
	default:
		s.slow = true
		s.end()
	}
}

// end closes the stream; the journal's lock is held.
func (s *Stream) end() {
	if _, open := s.journal.streams[s]; open {
		delete(s.journal.streams, s)
		close(s.waiting)
	}
}

// Next waits for the next event. The error is that of the context, ErrSlow if the
// reader was too slow, and io.EOF if the stream was closed, or the institution deleted.
func (s *Stream) Next(ctx context.Context) (Event, error) {
	select {
	case r, open := <-s.waiting:
		switch {
		case !open && s.slow:
			return Event{}, ErrSlow
		case !open:
			return Event{}, io.EOF
		case r == nil:
			return Event{Reset: true}, nil
		}
		e := r.entry()
		return Event{Entry: &e}, nil
	case <-ctx.Done():
		return Event{}, ctx.Err()
	}
}

// Close ends the stream. Closing it again does nothing.
func (s *Stream) Close() {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	s.end()
}
