package mockserver

import (
	"context"

	"example.com/assay/mockserver/internal/institution"
	"example.com/assay/mockserver/internal/journal"
)

// What the journal of an institution holds and takes. The control plane has the
// same, as JSON.
type (
	// Exchange is one request and its answer, as the client saw it and as it came
	// about; or, where a filter asks for them, a change that was made outside the API.
	// Keys are redacted.
	Exchange = journal.Entry
	// ExchangeKind tells the two apart.
	ExchangeKind = journal.Kind
	// ControlChange is what was changed outside the API, and by whom.
	ControlChange = journal.Control
	// ExchangeFilter says which exchanges are looked for.
	ExchangeFilter = journal.Filter
	// ExchangesFound are exchanges, and how full the journal was.
	ExchangesFound = journal.Found
	// Expectation says how many exchanges a filter is to find.
	Expectation = journal.Expectation
	// Verdict reports whether expectations were met.
	Verdict = journal.Verdict
	// NearMiss is an exchange that would have counted but for a few things.
	NearMiss = journal.Near
	// JournalStats say how full a journal is.
	JournalStats = journal.Stats
	// JournalStream is a live view of a journal.
	JournalStream = journal.Stream
	// HAR is a journal as an HTTP archive, version 1.2.
	HAR = journal.HAR
	// Explanation says in words why an answer was what it was.
	Explanation = institution.Explanation
)

// The kinds of what a journal holds. A filter that names none finds exchanges:
// what a test counts is what was asked, and not its own set-up.
const (
	KindExchange = journal.KindExchange // a request and its answer
	KindControl  = journal.KindControl  // a change by the control plane or by this package
	KindAny      = journal.KindAny      // either, in a filter
)

// What ends Institution.WaitFor before it has found enough.
var (
	// ErrTimeout says that it has not happened in time.
	ErrTimeout = journal.ErrTimeout
	// ErrEnded says that the institution was deleted.
	ErrEnded = journal.ErrEnded
)

// streamed is how many exchanges a slow reader of a stream may be behind.
const streamed = 1_000

// Journal returns the latest exchanges that the filter finds, newest first, at
// most so many; 0 stands for all.
func (in *Institution) Journal(f ExchangeFilter, limit int) ExchangesFound {
	return in.in.Journal().Find(f, limit)
}

// WaitFor returns once the filter finds so many exchanges, oldest first, those
// that are there already included. The error is ErrTimeout if the context ends
// before, and ErrEnded if the institution is deleted before.
func (in *Institution) WaitFor(ctx context.Context, f ExchangeFilter, count int) ([]Exchange, error) {
	return in.in.Journal().Wait(ctx, f, count)
}

// Verify reports whether the journal meets all expectations, by count and by effect.
// One that only exchanges could decide which were let go is not met, and says so.
// The error is about expectations that cannot be.
func (in *Institution) Verify(expectations ...Expectation) (Verdict, error) {
	return in.in.Journal().Verify(expectations)
}

// VerifyCancelledOnce reports whether there was exactly one effective cancel of the
// assessment, and after it a reading that saw it cancelled.
func (in *Institution) VerifyCancelledOnce(assessment string) (Verdict, error) {
	one, effective := 1, true
	return in.Verify(
		Expectation{Exactly: &one, Filter: ExchangeFilter{Operation: "cancelWorkflow", Assessment: assessment, Effective: &effective}},
		Expectation{Then: true, Filter: ExchangeFilter{Operation: "getAssessment", Assessment: assessment, State: "Cancelled"}},
	)
}

// Follow returns a stream of the exchanges from now on that the filter finds. It
// must be closed.
func (in *Institution) Follow(f ExchangeFilter) *JournalStream {
	return in.in.Journal().Follow(f, streamed)
}

// Archive returns the exchanges that the filter finds as an HTTP archive, which
// has no place for changes that were made outside the API.
func (in *Institution) Archive(f ExchangeFilter) HAR {
	return in.in.Journal().HAR(f, "http")
}

// ClearJournal empties the journal.
func (in *Institution) ClearJournal() { in.in.Journal().Reset() }

// Explain says in words why the answer with the X-Request-Id, or of the exchange
// with the number, was what it was; or what was done, if the number is that of a
// change.
func (in *Institution) Explain(ref string) (Explanation, error) {
	return in.in.Explain(ref, "http")
}

// Explain says in words why the answer with the X-Request-Id was what it was, of
// whichever institution, or of none.
func (s *Server) Explain(requestID string) (Explanation, error) {
	return s.registry.Explain(requestID, s.scheme(), s.unmatched)
}

// Strays returns the latest exchanges that were of no institution, because they
// had no good key: refused calls, and preflights of browsers.
func (s *Server) Strays(f ExchangeFilter, limit int) ExchangesFound {
	return s.unmatched.Find(f, limit)
}
