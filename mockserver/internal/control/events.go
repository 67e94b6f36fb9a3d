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
	maxStreams = 64               // of one server, at once
	maxWaiting = 256              // events that a slow reader can be behind
	atOnce     = 1_000            // past entries in memory at once
	heartbeat  = 15 * time.Second // between comments that keep proxies from closing the stream
)

// resetEvent reports that the journal was cleared.
const resetEvent = "event: reset\ndata: {}\n\n"

// followJournal streams entries as server-sent events: existing ones after a number,
// then new ones. It drops a reader that is too slow.
func followJournal(r *request, s search) (any, error) {
	select {
	case r.streams <- struct{}{}:
	default:
		return nil, domain.Errorf(domain.Conflict, "limit of %d streams reached; close one first", maxStreams)
	}
	after, resumes := r.resumeAfter()
	s.After = 0 // numbers restart after a reset
	live := r.journal().Follow(s.Filter, maxWaiting)
	return stream(func(w http.ResponseWriter) {
		defer func() { <-r.streams }()
		defer live.Close()
		e := &eventWriter{w: w, controller: http.NewResponseController(w), shorten: s.shorten}
		e.begin()
		if r.Method == http.MethodHead {
			return
		}
		if resumes {
			e.backlog(r.journal(), s.Filter, after)
		}
		e.follow(r.Context(), live)
	}), nil
}

// resumeAfter returns the number of the last entry that the reader has: from the
// query, or from the header of a client that reconnects.
func (r *request) resumeAfter() (after uint64, resumes bool) {
	for _, text := range []string{r.URL.Query().Get("after"), r.Header.Get("Last-Event-ID")} {
		if after, err := strconv.ParseUint(text, 10, 64); err == nil {
			return after, true
		}
	}
	return 0, false
}

// eventWriter writes server-sent events, up to the first error.
type eventWriter struct {
	w          http.ResponseWriter
	controller *http.ResponseController
	shorten    func(*journal.Entry)
	last       uint64 // number of the latest entry
	err        error
}

func (s *eventWriter) begin() {
	s.w.Header().Set("Content-Type", "text/event-stream")
	s.w.WriteHeader(http.StatusOK)
	s.write(": journal\n\n")
}

func (s *eventWriter) write(text string) {
	if s.err != nil {
		return
	}
	if _, s.err = s.w.Write([]byte(text)); s.err == nil { //nolint:gosec // a stream of JSON, of no page
		s.err = s.controller.Flush()
	}
}

// entry sends an entry, unless it was sent before.
func (s *eventWriter) entry(e *journal.Entry) {
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

// backlog sends the existing entries after a number. A number above the last one is
// from before a reset.
func (s *eventWriter) backlog(j *journal.Journal, f journal.Filter, after uint64) {
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

// follow sends new entries until the reader or the server goes away.
func (s *eventWriter) follow(ctx context.Context, live *journal.Stream) {
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
			s.write("event: dropped\ndata: {\"reason\":\"reader too slow; resume from the last entry number\"}\n\n")
			return
		case errors.Is(err, io.EOF):
			s.write("event: ended\ndata: {\"reason\":\"the institution was deleted\"}\n\n")
			return
		case ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded):
			return
		default:
			s.write(": heartbeat\n\n")
		}
	}
}
