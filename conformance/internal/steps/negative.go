package steps

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"

	"example.com/assay/conformance/internal/client"
)

// negativeSteps send requests that break the contract.
func negativeSteps() []definition {
	return []definition{
		{`requests that break the contract are sent`, func(w *World) any { return w.brokenRequestsSent }},
		{`none is accepted, and none breaks the server`, func(w *World) any { return w.noneIsAccepted }},
	}
}

// brokenRequestsSent draws requests from the seed, and looks whether any of them
// creates anything.
func (w *World) brokenRequestsSent(ctx context.Context) error {
	src, err := w.sourceFor(ctx, w.run.Key)
	if err != nil {
		return err
	}
	w.source = src
	return w.compareAround(ctx, func() error { return w.sendAll(ctx) })
}

// sendAll sends the same requests each time.
func (w *World) sendAll(ctx context.Context) error {
	random := rand.New(rand.NewPCG(w.run.Seed, 1)) //nolint:gosec // requests to try, not secrets
	for range w.run.Negatives {
		if err := w.sendBroken(ctx, drawBroken(random, w.run.NewID)); err != nil {
			return err
		}
	}
	return nil
}

// broken is a request that breaks the contract, by one or more defects of the
// body of a create, or by being another kind of request altogether.
type broken struct {
	name    string
	defects []defect     // of a create
	other   *client.Call // instead of a create
}

// sendBroken sends the request. If it is taken for a good one, or breaks the
// server, each of its defects is sent alone, so that the smallest request that
// does is the one that is reported.
func (w *World) sendBroken(ctx context.Context, b broken) error {
	e, err := w.sendOne(ctx, b)
	if err != nil {
		return err
	}
	if refused(e) || len(b.defects) < 2 {
		w.calls = append(w.calls, sentCall{exchange: e, what: b.name})
		return nil
	}
	for _, d := range b.defects {
		smaller, err := w.sendOne(ctx, broken{name: d.name, defects: []defect{d}})
		if err != nil {
			return err
		}
		if !refused(smaller) {
			w.calls = append(w.calls, sentCall{exchange: smaller, what: d.name})
			return nil
		}
	}
	w.calls = append(w.calls, sentCall{exchange: e, what: b.name})
	return nil
}

func refused(e *client.Exchange) bool { return !e.Success() && e.Status < 500 }

func (w *World) sendOne(ctx context.Context, b broken) (*client.Exchange, error) {
	if b.other != nil {
		call := *b.other
		call.Key = w.run.Key
		return w.sendOther(ctx, call)
	}
	d := draft{contentType: "application/json", fields: map[string]any{"entity_id": w.source.entityID, "template_id": w.source.templateID}}
	for _, defect := range b.defects {
		defect.apply(&d)
	}
	call := createAssessment.call(w.run.Key, "", d.body())
	call.ContentType = d.contentType
	return w.createLocked(ctx, call)
}

// sendOther makes a call that no operation of the contract stands for. What is
// not a GET is written down first, like any other write.
func (w *World) sendOther(ctx context.Context, call client.Call) (*client.Exchange, error) {
	if call.Method == http.MethodGet {
		return w.do(ctx, call)
	}
	write := Write{Kind: call.Method, AssessmentID: call.Resource, Scenario: w.scenario}
	if err := w.intend(write); err != nil {
		return nil, err
	}
	e, err := w.do(ctx, call)
	w.settleWrite(write, e)
	return e, err
}

func (w *World) noneIsAccepted() error {
	for _, c := range w.calls {
		w.expect(refused(c.exchange), c.exchange, "a request with "+c.what+" to be refused, and not to break the server", c.exchange.Got())
	}
	if w.around.after == nil {
		return w.judge()
	}
	return w.expectNothingAppeared("no assessment to appear after requests that break the contract")
}

// draft is the body of a create on its way to being broken.
type draft struct {
	contentType string
	fields      map[string]any
	wrap        func([]byte) []byte // what is done to the encoded body
}

func (d draft) body() []byte {
	encoded, err := json.Marshal(d.fields)
	if err != nil {
		return nil
	}
	if d.wrap != nil {
		return d.wrap(encoded)
	}
	return encoded
}

// defect is one way to break a create.
type defect struct {
	name  string
	apply func(*draft)
}

// defects lists the ways in which a create can break the contract. Each breaks
// it for certain, whatever else is wrong: both fields are required, and are UUIDs.
func defects() []defect {
	all := []defect{
		{"a body of another media type", func(d *draft) {
			d.contentType, d.wrap = "text/plain", func([]byte) []byte { return []byte("an entity and a template, please") }
		}},
		{"a body that is not JSON", func(d *draft) { d.wrap = func(b []byte) []byte { return b[:len(b)-1] } }},
		{"an empty body", func(d *draft) { d.wrap = func([]byte) []byte { return []byte{} } }},
		{"an array for a body", func(d *draft) { d.wrap = func([]byte) []byte { return []byte("[]") } }},
		{"a string for a body", func(d *draft) { d.wrap = func([]byte) []byte { return []byte(`"assessment"`) } }},
		{"null for a body", func(d *draft) { d.wrap = func([]byte) []byte { return []byte("null") } }},
		{"2 MiB of body without entity_id", func(d *draft) {
			delete(d.fields, "entity_id")
			d.fields["padding"] = strings.Repeat("x", 2<<20)
		}},
	}
	for _, field := range []string{"entity_id", "template_id"} {
		all = append(all, defect{"no " + field, func(d *draft) { delete(d.fields, field) }})
		values := map[string]any{"null": nil, "a number": 7, "a boolean": true, "an array": []any{}, "an object": map[string]any{}, "an empty string": "", "no UUID": "not-a-uuid"}
		for _, name := range slices.Sorted(maps.Keys(values)) {
			all = append(all, defect{field + " being " + name, func(d *draft) { d.fields[field] = values[name] }})
		}
	}
	return all
}

// drawBroken draws a request: mostly a create with one to three defects, now and
// then an ID that is none or a method that the path does not have. Those concern
// IDs that nothing has, because what they would do is nowhere said.
func drawBroken(random *rand.Rand, newID func() string) broken {
	switch random.IntN(5) {
	case 0:
		id := pickOne(random, []string{"not-a-uuid", "0", "%00", "..%2f..", "-1", "%F0%9F%92%A5", strings.Repeat("a", 300)})
		path := "assessments/" + id
		return broken{name: "the malformed ID " + fmt.Sprintf("%.20q", id), other: &client.Call{Method: http.MethodGet, Path: path}}
	case 1:
		method := pickOne(random, []string{http.MethodPut, http.MethodPatch, http.MethodDelete})
		id := newID()
		return broken{name: "the method " + method, other: &client.Call{Method: method, Path: "assessments/" + id, Resource: id}}
	}
	all := defects()
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	chosen := all[:1+random.IntN(3)]
	var names []string
	for _, d := range chosen {
		names = append(names, d.name)
	}
	return broken{name: strings.Join(names, ", "), defects: chosen}
}

func pickOne(random *rand.Rand, from []string) string { return from[random.IntN(len(from))] }
