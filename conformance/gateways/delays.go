package gateways

import (
	"maps"
	"net/http"
	"slices"
	"time"

	"example.com/assay/conformance/internal/layer"
)

// lag is the delay of caches: longer than the time between two requests, shorter
// than the patience of the suite.
const lag = 40 * time.Millisecond

// delays answer late, or from the past.
func delays() []Gateway {
	return of("delay", []Gateway{
		{ID: "slow", behave: always(slow(5 * time.Millisecond)),
			How: "Answers five milliseconds late."},
		{ID: "slow-at-times", behave: counted(every(29, slow(60*time.Millisecond))),
			How: "Answers every 29th request 60 milliseconds late."},
		{ID: "new-in-list-late", Settings: map[string]string{"list-order": oldest}, behave: newInListLate,
			How: "Lists an assessment 40 milliseconds after its create."},
		{ID: "cancel-in-list-late", behave: cancelInListLate,
			How: "Lists an assessment as Cancelled 40 milliseconds after its cancel."},
		{ID: "clock-ahead", behave: always(after(clock(time.Hour))),
			How: "Sends a Date one hour ahead."},
		{ID: "clock-behind", behave: always(after(clock(-time.Hour))),
			How: "Sends a Date one hour behind."},
	})
}

func slow(d time.Duration) reaction {
	return func(x *exchange) *response {
		select {
		case <-time.After(d):
		case <-x.Request.Context().Done():
		}
		return x.Pass()
	}
}

func clock(ahead time.Duration) func(x *exchange, a *response) {
	return func(_ *exchange, a *response) {
		a.Header().Set("Date", time.Now().Add(ahead).UTC().Format(http.TimeFormat))
	}
}

func newInListLate() reaction {
	var created layer.Memory[time.Time]
	recent := func(r record) bool {
		at, known := created.Get(layer.IDOf(r))
		return known && time.Since(at) < lag
	}
	return after(func(x *exchange, a *response) {
		switch {
		case x.Op == layer.Create && a.OK():
			created.Put(layer.IDOf(a.Object()), time.Now())
		case x.Op == layer.List:
			a.EditItems(func(items []record) []record { return slices.DeleteFunc(items, recent) })
		}
	})
}

// cancelInListLate shows what a read or a create showed before the cancel.
func cancelInListLate() reaction {
	var before layer.Memory[record]
	var cancelled layer.Memory[time.Time]
	return func(x *exchange) *response {
		if x.Op == layer.Cancel { // before a list can show it
			cancelled.Once(x.ID, time.Now())
		}
		a := x.Pass()
		switch x.Op {
		case layer.Create, layer.Get:
			if r := a.Object(); r != nil && r["workflow_state"] == "Active" {
				before.Put(layer.IDOf(r), r)
			}
		case layer.List:
			a.Edit(func(r record) {
				at, known := cancelled.Get(layer.IDOf(r))
				if was, _ := before.Get(layer.IDOf(r)); known && time.Since(at) < lag && was != nil {
					maps.Copy(r, was)
				}
			})
		}
		return a
	}
}
