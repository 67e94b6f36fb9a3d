package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/journal"
)

// The limits of streams.
const (
	maxStreams = 64               // at once, of one server
	maxWaiting = 256              // events that a slow reader may be behind
	atOnce     = 1_000            // entries of the past that are held at once
	heartbeat  = 15 * time.Second // between signs of life, for proxies that close what is silent
)

// resetEvent reports that the journal was reset.
const resetEvent = "event: reset\ndata: {}\n\n"

// followJournal streams entries as server-sent events: those after a number that
// are there already, and then each as it comes. A reader that is too slow is told
// so, and dropped.
func followJournal(r *request) (response, error) {
	filter, err := r.filter()
	if err != nil {
		return response{}, err
	}
	if !r.server.streams.TryAcquire() {
		return response{}, domain.Errorf(domain.Conflict, "expected at most %d streams at once, got another: close those that are not needed", maxStreams)
	}
	after, resumes := r.resumeAfter()
	filter.After = 0 // after a reset numbers begin anew
	live := r.journal().Follow(filter, maxWaiting)
	return response{status: http.StatusOK, stream: func(w http.ResponseWriter) {
		defer r.server.streams.Release()
		defer live.Close()
		s := &sse{w: w, controller: http.NewResponseController(w), shorten: query{r.URL.Query()}.shorten}
		s.begin()
		if resumes {
			s.backlog(r.journal(), filter, after)
		}
		s.follow(r.Context(), live)
	}}, nil
}

// resumeAfter returns the number of the entry after which the reader goes on. A
// client of the standard's own says so in a header when it connects again.
func (r *request) resumeAfter() (after uint64, resumes bool) {
	for _, text := range []string{r.URL.Query().Get("after"), r.Header.Get("Last-Event-ID")} {
		if after, err := strconv.ParseUint(text, 10, 64); err == nil {
			return after, true
		}
	}
	return 0, false
}

// sse writes server-sent events. After an error it writes nothing more.
type sse struct {
	w          http.ResponseWriter
	controller *http.ResponseController
	shorten    func(*journal.Entry)
	last       uint64 // number of the latest entry
	err        error
}

func (s *sse) begin() {
	s.w.Header().Set("Content-Type", "text/event-stream")
	s.w.WriteHeader(http.StatusOK)
	s.write(": the journal, as it grows\n\n")
}

func (s *sse) write(text string) {
	if s.err != nil {
		return
	}
	if _, s.err = s.w.Write([]byte(text)); s.err == nil {
		s.err = s.controller.Flush()
	}
}

// entry tells of an entry, once.
func (s *sse) entry(e *journal.Entry) {
	if e.Number <= s.last {
		return
	}
	s.shorten(e)
	encoded, err := json.Marshal(e)
	if err != nil {
		s.err = err
		return
	}
	s.last = e.Number
	s.write(fmt.Sprintf("id: %d\nevent: %s\ndata: %s\n\n", e.Number, e.Kind, encoded))
}

// backlog tells of all entries after a number that are there already. A number that
// the journal has not come to is of before it was emptied.
func (s *sse) backlog(j *journal.Journal, f journal.Filter, after uint64) {
	if after > j.Stats().Last {
		s.write(resetEvent)
		after = 0
	}
	for s.last, f.After = after, after; s.err == nil; f.After = s.last {
		entries := j.Oldest(f, atOnce)
		for i := range entries {
			s.entry(&entries[i])
		}
		if len(entries) < atOnce {
			return
		}
	}
}

// follow tells of what comes, until the reader or the server goes away.
func (s *sse) follow(ctx context.Context, live *journal.Stream) {
	for s.err == nil {
		beat, cancel := context.WithTimeout(ctx, heartbeat)
		event, err := live.Next(beat)
		cancel()
		switch {
		case err == nil && event.Reset:
			s.last = 0
			s.write(resetEvent)
		case err == nil:
			s.entry(event.Entry)
		case errors.Is(err, journal.ErrSlow):
			s.write("event: dropped\ndata: {\"reason\":\"the reader was too slow: read the journal from the last id on\"}\n\n")
			return
		case errors.Is(err, io.EOF):
			s.write("event: ended\ndata: {\"reason\":\"the institution was deleted\"}\n\n")
			return
		case ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded):
			return
		default:
			s.write(": still there\n\n")
		}
	}
}

// slots are places that can be taken without waiting.
type slots chan struct{}

// TryAcquire takes a place, and reports whether there was one.
func (s slots) TryAcquire() bool {
	select {
	case s <- struct{}{}:
		return true
	default:
		return false
	}
}

// Release gives a place back.
func (s slots) Release() { <-s }
