package control

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/journal"
)

// journal returns the journal of the institution in the path, or the one of
// unmatched requests.
func (r *request) journal() *journal.Journal {
	if r.institution == nil {
		return r.plane.Strays
	}
	return r.institution.Journal()
}

// search is the query of an operation on a journal. Each takes a part of it.
type search struct {
	journal.Filter
	Offset  int    `json:"offset"`
	Limit   int    `json:"limit"`
	Count   int    `json:"count"`
	Timeout string `json:"timeout"`
	Brief   bool   `json:"brief"`
}

// searching returns a handler of a request with a valid search.
func searching(handle func(*request, search) (any, error)) handler {
	return func(r *request) (any, error) {
		s, err := query[search](r)
		if err != nil {
			return nil, err
		}
		if err := r.journal().Check(s.Filter); err != nil {
			return nil, domain.Errorf(domain.BadRequest, "%v", err)
		}
		return handle(r, s)
	}
}

// shorten removes the headers and bodies of an exchange from a brief list: a page of
// two hundred shrinks to a tenth.
func (s search) shorten(e *journal.Entry) {
	if !s.Brief || e.Kind == journal.KindControl {
		return
	}
	e.Request.Headers, e.Response.Headers = []journal.Header{}, []journal.Header{}
	e.Request.Body.Text, e.Request.Body.Encoding = "", ""
	e.Response.Body.Text, e.Response.Body.Encoding = "", ""
}

func findEntries(r *request, s search) (any, error) {
	found := r.journal().Page(s.Filter, s.Offset, s.Limit)
	for i := range found.Entries {
		s.shorten(&found.Entries[i])
	}
	return found, nil
}

func clearJournal(r *request) (any, error) {
	r.journal().Reset()
	return nil, nil
}

const maxWait = time.Minute

type awaited struct {
	Entries  []journal.Entry `json:"entries"`
	TimedOut bool            `json:"timed_out"`
}

func awaitEntries(r *request, s search) (any, error) {
	timeout, err := domain.ParseDuration(s.Timeout)
	if err != nil || timeout < 0 || timeout > maxWait {
		return nil, domain.Errorf(domain.BadRequest, "timeout: invalid duration %q; use one up to %s, such as 5s", s.Timeout, maxWait)
	}
	ctx, cancel := context.WithTimeout(r.Context(), timeout)
	defer cancel()
	entries, err := r.journal().Wait(ctx, s.Filter, s.Count)
	if errors.Is(err, journal.ErrEnded) {
		return nil, domain.Errorf(domain.NotFound, "the institution was deleted while waiting")
	}
	return awaited{Entries: entries, TimedOut: err != nil}, nil
}

type verification struct {
	Expect []journal.Expectation `json:"expect"`
}

func verifyJournal(r *request, v verification) (any, error) {
	verdict, err := r.journal().Verify(v.Expect)
	if err != nil {
		return nil, domain.Errorf(domain.BadRequest, "%v", err)
	}
	return verdict, nil
}

func exportHAR(r *request, s search) (any, error) {
	return json.Marshal(r.journal().HAR(s.Filter, r.plane.Scheme))
}
