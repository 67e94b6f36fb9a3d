package steps

import (
	"context"
	"fmt"
	"strings"

	"example.com/assay/conformance/internal/client"
)

// responseSteps judge the answers to the last When.
func responseSteps() []definition {
	return []definition{
		{`the response status is (\d+)`, func(w *World) any { return w.statusIs }},
		{`every response status is (\d+)`, func(w *World) any { return w.statusIs }},
		{`(?:the|every) response is a success`, func(w *World) any { return w.isSuccess }},
		{`every response status is a client error`, func(w *World) any { return w.isClientError }},
		{`the response has no body`, func(w *World) any { return w.hasNoBody }},
		{`the same call with the key is not refused`, func(w *World) any { return w.twinIsNotRefused }},
		{`the same call for an existing assessment is answered otherwise`, func(w *World) any { return w.twinIsFound }},
	}
}

// answered remembers the answer to a When.
func (w *World) answered(e *client.Exchange, err error) error {
	return w.answeredWithTwin(e, err, nil)
}

func (w *World) answeredWithTwin(e *client.Exchange, err error, twin func(context.Context) (*client.Exchange, error)) error {
	if err != nil {
		return err
	}
	w.calls = append(w.calls, sentCall{exchange: e, twin: twin})
	return nil
}

func (w *World) eachAnswer(check func(*client.Exchange)) error {
	for _, c := range w.calls {
		check(c.exchange)
	}
	return w.judge()
}

func (w *World) statusIs(want int) error {
	return w.eachAnswer(func(e *client.Exchange) {
		w.expect(e.Status == want, e, fmt.Sprint("status ", want), w.saying(e))
	})
}

func (w *World) isSuccess() error {
	return w.eachAnswer(func(e *client.Exchange) {
		w.expect(e.Success(), e, "a status of 2xx", w.saying(e))
	})
}

func (w *World) isClientError() error {
	return w.eachAnswer(func(e *client.Exchange) {
		w.expect(e.Status >= 400 && e.Status < 500, e, "a status of 4xx", w.saying(e))
	})
}

// saying is what came, and which key it was asked with when that is the point.
func (w *World) saying(e *client.Exchange) string {
	if e.Call.Key.Name() == w.run.Key.Name() {
		return e.Got()
	}
	return e.Got() + " (asked with " + e.Call.Key.Name() + ")"
}

// hasNoBody wants nothing after the head, and a head that announces nothing.
func (w *World) hasNoBody() error {
	return w.eachAnswer(func(e *client.Exchange) {
		length, coding := e.Header.Get("Content-Length"), strings.Join(e.Header.Values("Transfer-Encoding"), ", ")
		w.expect(len(e.Body) == 0, e, "no byte after the head of the response", e.Got())
		w.expect((length == "" || length == "0") && coding == "", e, "a head that announces no body",
			fmt.Sprintf("Content-Length %q, Transfer-Encoding %q", length, coding))
	})
}

// twinIsNotRefused makes the same call with the good key: a refusal proves
// nothing about the key if the good one is refused as well.
func (w *World) twinIsNotRefused(ctx context.Context) error {
	if len(w.calls) == 0 || w.calls[0].twin == nil {
		return couldNotRun("", "there is no call to make again: this is a defect of the suite")
	}
	e, err := w.calls[0].twin(ctx)
	if err != nil {
		return err
	}
	if op, err := operationByID(e.Call.Operation); err == nil && !op.promised && missing(e) {
		return notSupported("%s answers %d to the good key; no public page prints where %s is", e.URL, e.Status, e.Call.Operation)
	}
	w.expect(e.Status != 401 && e.Status != 403, e, "the same call with the good key not to be refused", e.Got())
	return w.judge()
}

// twinIsFound makes the same call for an assessment that exists: a 404 proves
// nothing about the ID if nothing is ever found there.
func (w *World) twinIsFound(ctx context.Context) error {
	if len(w.calls) == 0 || w.calls[0].twin == nil {
		return couldNotRun("", "there is no call to make again: this is a defect of the suite")
	}
	e, err := w.calls[0].twin(ctx)
	if err != nil {
		return err
	}
	w.expect(!missing(e), e, "the same call for an existing assessment to find it", e.Got())
	return w.judge()
}
