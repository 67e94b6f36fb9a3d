package steps

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"example.com/assay/conformance/internal/client"
)

// subject is an assessment under test.
type subject struct {
	id       string
	key      client.Key
	before   Record // as it was read before anything was done to it
	after    Record // as it was read last
	accepted *client.Exchange
}

// newAssessment creates an assessment and reads it.
func (w *World) newAssessment(ctx context.Context, key client.Key) (*subject, error) {
	src, err := w.sourceFor(ctx, key)
	if err != nil {
		return nil, err
	}
	return w.newAssessmentFrom(ctx, key, src)
}

func (w *World) newAssessmentFrom(ctx context.Context, key client.Key, src source) (*subject, error) {
	if err := w.needWrites(); err != nil {
		return nil, err
	}
	e, err := w.create(ctx, key, src)
	if err != nil {
		return nil, err
	}
	if !e.Success() {
		return nil, couldNotRun("", "no assessment could be created: %s", e.Got())
	}
	created, err := decodeRecord(e)
	if err != nil || created.id() == "" {
		return nil, couldNotRun("", "an assessment was created, and the answer does not tell its ID: %s", e.Got())
	}
	s := &subject{id: created.id(), key: key, accepted: e}
	s.before, err = w.awaitReadable(ctx, s)
	s.after = s.before
	return s, err
}

// activeAssessment provides an assessment that may be cancelled.
func (w *World) activeAssessment(ctx context.Context) (*subject, error) {
	if err := w.needWrites(); err != nil {
		return nil, err
	}
	s, err := w.newAssessment(ctx, w.run.Key)
	var stop *Stop
	if err != nil && asStop(err, &stop) {
		if pooled, perr := w.pooled(ctx); pooled != nil || perr != nil {
			return pooled, perr
		}
	}
	if err != nil {
		return nil, err
	}
	if state := s.before.state(); state != "Active" {
		return nil, couldNotRun("--template-id", "a new assessment is in state %q and not Active", state)
	}
	return s, nil
}

// pooled takes one of the existing assessments that may be sacrificed.
func (w *World) pooled(ctx context.Context) (*subject, error) {
	w.run.mu.Lock()
	if len(w.run.pool) == 0 {
		w.run.mu.Unlock()
		return nil, nil
	}
	s := &subject{id: w.run.pool[0], key: w.run.Key}
	w.run.pool = w.run.pool[1:]
	w.run.mu.Unlock()
	r, e, err := w.read(ctx, s)
	if err != nil {
		return nil, err
	}
	if r.state() != "Active" {
		return nil, couldNotRun("--assessment-id", "expected assessment %s to be Active, got %s", s.id, e.Got())
	}
	s.before, s.after = r, r
	return s, nil
}

// existingAssessment provides an assessment to read: a new one, one that was
// named, or one from the list.
func (w *World) existingAssessment(ctx context.Context) (*subject, error) {
	if w.run.Writes {
		s, err := w.newAssessment(ctx, w.run.Key)
		var stop *Stop
		if err == nil || !asStop(err, &stop) {
			return s, err
		}
	}
	if len(w.run.Sacrificial) > 0 {
		return w.readable(ctx, w.run.Sacrificial[0])
	}
	l, err := w.readList(ctx, listAssessments, w.run.Key, 0)
	if err != nil {
		return nil, err
	}
	for _, item := range l.items {
		if item.id() != "" {
			return w.readable(ctx, item.id())
		}
	}
	return nil, skip("--assessment-id, or --allow-cancel with --entity-id and --template-id", "there is no assessment to look at: none was named, none is listed, none could be created")
}

func (w *World) readable(ctx context.Context, id string) (*subject, error) {
	s := &subject{id: id, key: w.run.Key}
	r, e, err := w.read(ctx, s)
	if err != nil {
		return nil, err
	}
	if r == nil {
		w.expectOf("GET-01", false, e, "an assessment that exists to be readable by its ID", e.Got())
		return nil, w.judge()
	}
	s.before, s.after = r, r
	return s, nil
}

// read reads an assessment by its own key. The record is nil if it was not there.
func (w *World) read(ctx context.Context, s *subject) (Record, *client.Exchange, error) {
	e, err := w.do(ctx, getAssessment.call(s.key, s.id, nil))
	if err != nil {
		return nil, e, err
	}
	if e.Status != 200 {
		return nil, e, nil
	}
	r, err := decodeRecord(e)
	if err != nil {
		return nil, e, nil //nolint:nilerr // what is not a record is judged by whoever asked for one
	}
	return r, e, nil
}

// awaitReadable reads a new assessment, for as long as it may take to be seen.
func (w *World) awaitReadable(ctx context.Context, s *subject) (Record, error) {
	var last *client.Exchange
	var found Record
	err := w.poll(ctx, w.run.VisibilityTimeout, func() (bool, error) {
		r, e, err := w.read(ctx, s)
		last, found = e, r
		return r != nil, err
	})
	if err == nil && found == nil {
		err = couldNotRun("--visibility-timeout", "a new assessment cannot be read: %s", last.Got())
	}
	return found, err
}

// awaitCancelled reads until the assessment is seen as cancelled, and measures
// how long that took. It gives up early once another scenario has waited in vain.
func (w *World) awaitCancelled(ctx context.Context, s *subject) error {
	began, reads := time.Now(), 0
	err := w.poll(ctx, w.patience(), func() (bool, error) {
		r, _, err := w.read(ctx, s)
		reads++
		if r != nil {
			s.after = r
		}
		return r != nil && !slices.Contains([]string{"Active", "Error"}, r.state()), err
	})
	if err == nil {
		took := time.Since(began)
		if reads == 1 {
			took = 0 // the first read showed it: it was there at once
		}
		w.run.noteVisibility(s.after.state() == "Cancelled", took)
	}
	return err
}

func (r *Run) noteVisibility(visible bool, took time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !visible {
		r.slow = true
		return
	}
	r.seen, r.seenOnce = max(r.seen, took), true
}

// cancelledAssessment cancels an assessment, and waits until that is seen. It
// relies on CAN-01, so a cancel that is refused is held against that.
func (w *World) cancelledAssessment(ctx context.Context) (*subject, error) {
	s, err := w.activeAssessment(ctx)
	if err != nil {
		return nil, err
	}
	e, err := w.cancel(ctx, s.id, s.key)
	if err != nil {
		return nil, err
	}
	w.expectOf("CAN-01", e.Success(), e, "the cancel of an active workflow to succeed", e.Got())
	if err := w.judge(); err != nil {
		return nil, err
	}
	return s, w.awaitCancelled(ctx, s)
}

// needVisible is for scenarios that cannot put their question before the cancel
// is seen. That it never is seen is for CAN-04 to say.
func (w *World) needVisible(s *subject) error {
	if s.after.state() == "Cancelled" {
		return nil
	}
	return couldNotRun("--visibility-timeout", "the cancel did not become visible within %s: workflow_state is %q (see CAN-04)", w.run.VisibilityTimeout, s.after.state())
}

// lastRead is the exchange in which the assessment was read last.
func (w *World) lastRead(s *subject) *client.Exchange {
	for _, e := range slices.Backward(w.exchanges) {
		if e.Call.Operation == getAssessment.id && e.Call.Resource == s.id && e.Status == http.StatusOK {
			return e
		}
	}
	return nil
}

// oneDigitOff returns an ID that differs from the given one in its last digit.
func oneDigitOff(id string) string {
	last := "0"
	if strings.HasSuffix(id, "0") {
		last = "1"
	}
	return id[:len(id)-1] + last
}
