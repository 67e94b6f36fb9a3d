package journal

import (
	"context"
	"errors"
	"io"
	"sync"
)

// ErrSlow is the error of a stream whose reader was too slow.
var ErrSlow = errors.New("reader too slow; resume from the last entry number")

// Stream is a live view of a journal. It buffers a limited number of entries for a
// slow reader, and then ends.
type Stream struct {
	filter  criteria
	waiting chan *record // nil stands for a reset
	lock    *sync.Mutex  // of the journal
	closed  bool
	slow    bool // written before waiting is closed
}

// Event is an entry, or a reset of the journal.
type Event struct {
	Entry *Entry
	Reset bool
}

// offer sends a record, or nil for a reset, and reports whether the stream is open.
// A stream with a full buffer ends. The journal's lock is held, to keep the order.
func (s *Stream) offer(r *record) bool {
	if s.closed || r != nil && !s.filter.meet(r) {
		return !s.closed
	}
	select {
	case s.waiting <- r:
	default:
		s.slow = true
		s.end()
	}
	return !s.closed
}

// end closes the stream; the journal's lock is held.
func (s *Stream) end() {
	if !s.closed {
		s.closed = true
		close(s.waiting)
	}
}

// Next waits for the next event. The error is that of the context, ErrSlow if the
// reader was too slow, or io.EOF if the stream was closed or the institution deleted.
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
	s.lock.Lock()
	defer s.lock.Unlock()
	s.end()
}
