package steps

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/anishathalye/porcupine"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/internal/target"
	"example.com/assay/conformance/report"
)

// historySteps record the calls of concurrent clients, and check that they could
// have happened one after another.
func historySteps() []definition {
	return []definition{
		{`many clients cancel and read it at once`, (*World).concurrently},
		{`their history is linearizable`, (*World).isLinearizable},
	}
}

// readsPerClient is how often each reading client reads, before and after the cancels.
const readsPerClient = 6

// concurrently has every third client cancel and the others read.
func (w *World) concurrently(ctx context.Context) error {
	clients := max(3, w.run.Clients)
	results := make([]clientLog, clients)
	var group sync.WaitGroup
	for i := range clients {
		group.Go(func() {
			err := guarded(func() error {
				if i%3 == 1 {
					results[i] = w.canceller(ctx, i)
				} else {
					results[i] = w.reader(ctx, i)
				}
				return results[i].err
			})
			results[i].err = err
		})
	}
	group.Wait()
	for _, h := range results {
		if h.err != nil {
			return h.err
		}
		w.history = append(w.history, h.operations...)
	}
	return w.lookOnceMore(ctx, clients)
}

// lookOnceMore adds a read at a time when every cancel must have been seen, so
// that cancels which all got lost are not taken for ones that take a while.
func (w *World) lookOnceMore(ctx context.Context, id int) error {
	if err := w.awaitCancelled(ctx, w.subject); err != nil {
		return err
	}
	if w.subject.after.State() != "Cancelled" {
		if err := client.Pause(ctx, w.run.VisibilityTimeout); err != nil {
			return err
		}
	}
	_, e, err := w.get(ctx, w.subject)
	if err == nil {
		w.history = append(w.history, operationOf(id, e))
	}
	return err
}

// clientLog is the calls and observations of one client.
type clientLog struct {
	operations []porcupine.Operation
	err        error
}

func (w *World) reader(ctx context.Context, id int) (h clientLog) {
	for range readsPerClient {
		_, e, err := w.get(ctx, w.subject)
		if err != nil {
			return clientLog{err: err}
		}
		h.operations = append(h.operations, operationOf(id, e))
	}
	return h
}

func (w *World) canceller(ctx context.Context, id int) (h clientLog) {
	e, err := w.cancel(ctx, w.subject)
	if err != nil {
		return clientLog{err: err}
	}
	h = w.reader(ctx, id)
	h.operations = append(h.operations, operationOf(id, e))
	return h
}

// event is an operation with its result.
type event struct {
	cancel bool
	state  string // in a read, or the status of a cancel
	number int
	ok     bool
}

// eventIn returns the event in an input or output of porcupine.
func eventIn(input any) event {
	ev, _ := input.(event)
	return ev
}

func operationOf(id int, e *client.Exchange) porcupine.Operation {
	ev := event{cancel: e.Call.Operation == target.CancelWorkflow, number: e.Number, ok: e.Success(), state: fmt.Sprint(e.Status)}
	if !ev.cancel && ev.ok {
		if r, err := target.RecordOf(e); err == nil {
			ev.state = r.State()
		}
	}
	return porcupine.Operation{ClientId: id, Input: ev, Output: ev, Call: e.Sent.UnixNano(), Return: e.Returned().UnixNano()}
}

// workflowModel is the specification: a workflow is Active until a cancel has
// succeeded, and Cancelled ever after. State is whether it is cancelled.
func workflowModel() porcupine.Model {
	return porcupine.Model{
		Init: func() any { return false },
		Step: func(state, input, _ any) (bool, any) {
			cancelled, ev := state == true, eventIn(input)
			switch {
			case ev.cancel:
				return true, cancelled || ev.ok
			case cancelled:
				return ev.state == "Cancelled", true
			}
			return ev.state == "Active", false
		},
		DescribeOperation: func(input, _ any) string {
			ev := eventIn(input)
			if ev.cancel {
				return "cancel: " + ev.state
			}
			return "read: " + ev.state
		},
		DescribeState: func(state any) string {
			if state == true {
				return "Cancelled"
			}
			return "Active"
		},
	}
}

// checkTimeout limits the search for an order.
const checkTimeout = 10 * time.Second

// isLinearizable wants an order of the operations in which each sees the effect
// of those before it. Where a cancel may take a while to be seen, it is allowed
// to take effect that much later.
func (w *World) isLinearizable() error {
	cancelled := slices.ContainsFunc(w.history, func(op porcupine.Operation) bool { ev := eventIn(op.Input); return ev.cancel && ev.ok })
	w.expect(cancelled, w.lastGet(w.subject), "one of the concurrent cancels to succeed", w.cancelAnswers())
	if err := w.result(); err != nil {
		return err
	}
	result, _ := porcupine.CheckOperationsVerbose(workflowModel(), w.history, checkTimeout)
	if result == porcupine.Illegal {
		w.history = delayed(w.history, w.run.VisibilityTimeout)
		result, _ = porcupine.CheckOperationsVerbose(workflowModel(), w.history, checkTimeout)
	}
	if result == porcupine.Unknown {
		return couldNotRun("", "the history of %d operations could not be checked in %s", len(w.history), checkTimeout)
	}
	w.expect(result == porcupine.Ok, w.lastGet(w.subject),
		fmt.Sprintf("an order of the %d concurrent operations in which no read shows an older state than one before it", len(w.history)),
		"none, even if a cancel may take "+w.run.VisibilityTimeout.String()+" to be seen: "+w.reversals())
	if result != porcupine.Ok {
		w.visualise()
	}
	return w.result()
}

// delayed lets a cancel take effect up to the delay after its answer.
func delayed(operations []porcupine.Operation, delay time.Duration) []porcupine.Operation {
	later := slices.Clone(operations)
	for i := range later {
		if ev := eventIn(later[i].Input); ev.cancel && ev.ok {
			later[i].Return += delay.Nanoseconds()
			later[i].ClientId += len(later) // the client goes on meanwhile
		}
	}
	return later
}

func (w *World) cancelAnswers() string {
	var answers []string
	for _, op := range w.history {
		if ev := eventIn(op.Input); ev.cancel {
			answers = append(answers, ev.state)
		}
	}
	return fmt.Sprint("the answers ", answers)
}

// reversals names a read with an older state than an earlier read.
func (w *World) reversals() string {
	for _, a := range w.history {
		for _, b := range w.history {
			first, second := eventIn(a.Input), eventIn(b.Input)
			if !first.cancel && !second.cancel && first.state == "Cancelled" && second.state != "Cancelled" && a.Return < b.Call {
				return fmt.Sprintf("exchange %d read Cancelled, and exchange %d read %s after it", first.number, second.number, second.state)
			}
		}
	}
	return "see the attached visualisation"
}

func (w *World) visualise() {
	_, info := porcupine.CheckOperationsVerbose(workflowModel(), w.history, checkTimeout)
	var b bytes.Buffer
	if err := porcupine.Visualize(workflowModel(), info, &b); err == nil {
		w.attachments = append(w.attachments, report.Attachment{Name: "history.html", MediaType: "text/html", Data: b.Bytes()})
	}
}
