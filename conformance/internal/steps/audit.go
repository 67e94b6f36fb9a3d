package steps

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/internal/target"
)

// auditSteps read the audit export.
func auditSteps() []definition {
	return []definition{
		{`the audit events about it`, (*World).givenEvents},
		{`the audit export has more events about it`, (*World).hasMoreEvents},
		{`only its own institution exports events about it`, (*World).exportsOwnEventsOnly},
	}
}

// eventsAbout counts how often the audit export names the assessment: no page prints its
// columns. Most names of parameters are not printed either, so it exports everything.
func (w *World) eventsAbout(ctx context.Context, a *assessment, key client.Key) (int, *client.Exchange, error) {
	call, long := target.Call(target.ExportAuditEvents, key, "", nil), 0
	call.Stream = func(body io.Reader) { long = mentions(body, a.id) }
	e, err := w.Do(ctx, call)
	if err != nil {
		return 0, e, err
	}
	absent, err := w.isAbsent(ctx, e)
	switch {
	case err != nil:
		return 0, e, err
	case absent:
		return 0, e, notSupported("%s /%s answers %d; no public page prints where v5 has it", e.Call.Method, e.Call.Path, e.Status)
	case e.Status != http.StatusOK:
		return 0, e, couldNotRun("", "the audit events cannot be exported: %s", e.Got())
	case e.Truncated:
		return long, e, nil
	}
	return mentions(bytes.NewReader(e.Body), a.id), e, nil
}

// mentions counts the ID, in any case.
func mentions(text io.Reader, id string) int {
	count, lines := 0, bufio.NewScanner(text)
	lines.Buffer(nil, client.MaxStream) // an export may be one line
	for lines.Scan() {
		count += strings.Count(strings.ToLower(lines.Text()), strings.ToLower(id))
	}
	return count
}

func (w *World) givenEvents(ctx context.Context) (err error) {
	w.events, _, err = w.eventsAbout(ctx, w.subject, w.subject.key)
	return err
}

func (w *World) hasMoreEvents(ctx context.Context) error {
	var count int
	var e *client.Exchange
	err := w.poll(ctx, w.run.VisibilityTimeout, func() (more bool, err error) {
		count, e, err = w.eventsAbout(ctx, w.subject, w.subject.key)
		return count > w.events, err
	})
	if err != nil {
		return err
	}
	w.expect(count > w.events, e, fmt.Sprintf("assessment %s to be named more often after its cancel than %d times", w.subject.id, w.events), fmt.Sprintf("%d times", count))
	return w.result()
}

// exportsOwnEventsOnly concludes from what an export lacks only once the other
// institution exports the events.
func (w *World) exportsOwnEventsOnly(ctx context.Context) error {
	var own int
	err := w.poll(ctx, w.run.VisibilityTimeout, func() (shown bool, err error) {
		own, _, err = w.eventsAbout(ctx, w.foreign, w.foreign.key)
		return own > 0, err
	})
	if err != nil {
		return err
	}
	count, e, err := w.eventsAbout(ctx, w.foreign, w.run.Key)
	if err != nil {
		return err
	}
	if own == 0 && count == 0 {
		return couldNotRun("", "the other institution exports no event about its own assessment")
	}
	w.expect(count == 0, e, "the export not to name assessment "+w.foreign.id+" of another institution", fmt.Sprintf("it %d times", count))
	return w.result()
}
