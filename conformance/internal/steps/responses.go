package steps

import (
	"context"
	"errors"
	"net/http"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/internal/target"
)

// responseSteps judge the responses to the last When.
func responseSteps() []definition {
	return []definition{
		{`(?:the|every) response status is (\d+)`, (*World).statusIs},
		{`(?:the|every) response is a success`, eachResponse(isSuccess())},
		{`every response status is a client error`, eachResponse(isClientError())},
		{`the response has no body`, eachResponse(hasNoByte(), announcesNoBody())},
		{`the same call with the key is not refused`, (*World).controlIsNotRefused},
		{`the same call for an existing assessment is answered otherwise`, (*World).controlIsFound},
	}
}

// eachResponse judges every response to the last When.
func eachResponse(checks ...check) func(*World) error {
	return func(w *World) error { return w.checkResponses(checks...) }
}

func (w *World) checkResponses(checks ...check) error {
	for _, r := range w.requests {
		for _, c := range checks {
			w.check(c, evidenceOf(r.exchange))
		}
	}
	return w.result()
}

func (w *World) statusIs(status int) error { return w.checkResponses(hasStatus(status)) }

// answered records the response to a When.
func (w *World) answered(e *client.Exchange, err error) error {
	return w.answeredWith(e, err, nil)
}

func (w *World) answeredWith(e *client.Exchange, err error, control func(context.Context) (*client.Exchange, error)) error {
	if err == nil {
		w.requests = append(w.requests, request{exchange: e, control: control})
	}
	return err
}

// controlCall makes the call of the last When without its defect.
func (w *World) controlCall(ctx context.Context) (*client.Exchange, error) {
	if len(w.requests) == 0 || w.requests[0].control == nil {
		return nil, errors.New("there is no call to repeat: this is a defect of the suite")
	}
	return w.requests[0].control(ctx)
}

// controlIsNotRefused repeats the call with the good key: a refusal proves nothing
// about a key if the good one is refused too.
func (w *World) controlIsNotRefused(ctx context.Context) error {
	e, err := w.controlCall(ctx)
	if err != nil {
		return err
	}
	w.expect(e.Status != http.StatusUnauthorized && e.Status != http.StatusForbidden, e, "the same call with the good key not to be refused", e.Got())
	return w.result()
}

// controlIsFound repeats the call for an existing assessment: a 404 proves nothing
// about an ID if nothing is ever found.
func (w *World) controlIsFound(ctx context.Context) error {
	e, err := w.controlCall(ctx)
	if err != nil {
		return err
	}
	w.expect(!target.Missing(e), e, "the same call for an existing assessment to find it", e.Got())
	return w.result()
}
