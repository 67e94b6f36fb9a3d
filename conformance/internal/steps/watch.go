package steps

import (
	"context"
	"fmt"
	"strings"
)

// watchSteps look at an assessment for a while, because what is asked is that
// something does not happen.
func watchSteps() []definition {
	return []definition{
		{`it does not change while it is watched`, func(w *World) any { return w.doesNotChange }},
		{`its state and outcome stay as they are`, func(w *World) any { return w.staysCancelled }},
		{`it stays active while it is watched`, func(w *World) any { return w.staysActive }},
		{`it stays active for its own institution`, func(w *World) any { return w.foreignStaysActive }},
		{`the other one is not cancelled`, func(w *World) any { return w.otherIsNotCancelled }},
	}
}

func (w *World) doesNotChange(ctx context.Context) error {
	if err := w.needVisible(w.subject); err != nil {
		return err
	}
	from := w.subject.after
	return w.watchRecord(ctx, w.subject, "a cancelled assessment not to change any more", func(r Record) []string {
		return r.differs(from)
	})
}

func (w *World) staysCancelled(ctx context.Context) error {
	from := w.subject.after
	return w.watchRecord(ctx, w.subject, "state and outcome to stay as they were before the second cancel", func(r Record) []string {
		return append(r.compare(from, "workflow_state"), r.compare(from, "outcome_id")...)
	})
}

// staysActive lets a workflow run on by itself, into Error even, but never be
// cancelled.
func (w *World) staysActive(ctx context.Context) error {
	return w.watchNotCancelled(ctx, w.subject)
}

func (w *World) foreignStaysActive(ctx context.Context) error {
	return w.watchNotCancelled(ctx, w.foreign)
}

func (w *World) otherIsNotCancelled(ctx context.Context) error {
	return w.watchNotCancelled(ctx, w.other)
}

func (w *World) watchNotCancelled(ctx context.Context, s *subject) error {
	return w.watchRecord(ctx, s, "an assessment that nobody has cancelled not to be cancelled, and to keep its identity", func(r Record) []string {
		lines := r.differs(s.before, mutableFields()...)
		if state := r.state(); state != "Active" && state != "Error" {
			lines = append(lines, fmt.Sprintf("workflow_state = %q", state))
		}
		return lines
	})
}

func mutableFields() []string {
	var names []string
	for _, f := range documentedFields() {
		if !f.identity {
			names = append(names, f.name)
		}
	}
	return names
}

// watchRecord reads the assessment for the settle time and asserts once a read,
// until something is wrong.
func (w *World) watchRecord(ctx context.Context, s *subject, expected string, wrong func(Record) []string) error {
	return w.watch(ctx, func() error {
		r, e, err := w.read(ctx, s)
		if err != nil {
			return err
		}
		if r == nil {
			w.expect(false, e, expected, e.Got())
			return w.judge()
		}
		lines := wrong(r)
		w.expect(len(lines) == 0, e, expected, strings.Join(lines, "; "))
		return w.judge()
	})
}
