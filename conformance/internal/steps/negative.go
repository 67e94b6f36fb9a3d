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

	"golang.org/x/sync/errgroup"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/internal/target"
	"example.com/assay/conformance/report"
)

// negativeSteps send requests against the contract.
func negativeSteps() []definition {
	return []definition{
		{`requests that break the contract are sent`, (*World).brokenRequestsSent},
		{`none is accepted, and none breaks the server`, (*World).noneIsAccepted},
	}
}

// brokenRequestsSent sends random requests, the same for each seed, and compares
// the list before and after.
func (w *World) brokenRequestsSent(ctx context.Context) (err error) {
	if w.source, err = w.sourceFor(ctx, w.run.Key); err != nil {
		return err
	}
	return w.compareAround(ctx, func() error {
		random := rand.New(rand.NewPCG(w.run.Seed, 1)) //nolint:gosec // requests to try, not secrets
		drawn := make([]brokenRequest, w.run.Negatives)
		for i := range drawn {
			drawn[i] = drawBroken(random, w.run.NewID)
		}
		return w.sendAllBroken(ctx, drawn)
	})
}

// sendAllBroken sends requests from several clients, since nobody else may create
// meanwhile.
func (w *World) sendAllBroken(ctx context.Context, drawn []brokenRequest) error {
	sent := make([]request, len(drawn))
	var clients errgroup.Group
	clients.SetLimit(w.run.Clients)
	for i, b := range drawn {
		clients.Go(func() (err error) {
			sent[i], err = w.sendBroken(ctx, b)
			return err
		})
	}
	err := clients.Wait()
	w.requests = append(w.requests, sent...)
	return err
}

// brokenRequest is a create with flaws, or another kind of request.
type brokenRequest struct {
	name  string
	flaws []flaw       // of a create
	other *client.Call // instead of a create
}

// sendBroken sends the request. If it is accepted, or breaks the server, each of
// its flaws is sent alone, to report the smallest such request.
func (w *World) sendBroken(ctx context.Context, b brokenRequest) (request, error) {
	e, err := w.sendOne(ctx, b)
	if err != nil && !tooLarge(e) {
		return request{}, err
	}
	found := request{exchange: e, defect: b.name}
	for i := 0; i < len(b.flaws) && len(b.flaws) > 1 && !refused(e); i++ {
		smaller, err := w.sendOne(ctx, brokenRequest{flaws: b.flaws[i : i+1]})
		if err != nil && !tooLarge(smaller) {
			return request{}, err
		}
		if !refused(smaller) {
			found = request{exchange: smaller, defect: b.flaws[i].name}
			break
		}
	}
	return found, nil
}

func (w *World) sendOne(ctx context.Context, b brokenRequest) (*client.Exchange, error) {
	if b.other != nil {
		call := *b.other
		call.Key = w.run.Key
		return w.Send(ctx, call)
	}
	d := draft{contentType: "application/json", fields: map[string]any{"entity_id": w.source.entityID, "template_id": w.source.templateID}}
	for _, flaw := range b.flaws {
		flaw.apply(&d)
	}
	call := target.Call(target.CreateAssessment, w.run.Key, "", d.body())
	call.ContentType = d.contentType
	return w.CreateAlone(ctx, call)
}

func (w *World) noneIsAccepted() error {
	for _, r := range w.requests {
		w.check(isRefused(r.defect), evidence{exchange: r.exchange})
	}
	if s := asSkip(w.comparison.cannot); s != nil && s.Outcome == report.NotSupported {
		return w.result() // without a list the responses are all there is
	}
	return w.nothingWasCreated()
}

// draft is the body of a create on its way to being broken.
type draft struct {
	contentType string
	fields      map[string]any
	wrap        func([]byte) []byte // applied to the encoded body
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

// flaw is one way to break a create.
type flaw struct {
	name  string
	apply func(*draft)
}

// flaws returns the ways to break the contract with a create. Each is enough: both
// fields are required, and are UUIDs.
func flaws() []flaw {
	all := []flaw{
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
		all = append(all, flaw{"no " + field, func(d *draft) { delete(d.fields, field) }})
		values := map[string]any{"null": nil, "a number": 7, "a boolean": true, "an array": []any{}, "an object": map[string]any{}, "an empty string": "", "no UUID": "not-a-uuid"}
		for _, name := range slices.Sorted(maps.Keys(values)) {
			all = append(all, flaw{field + " being " + name, func(d *draft) { d.fields[field] = values[name] }})
		}
	}
	return all
}

// drawBroken draws a request: mostly a create with one to three flaws, sometimes a
// malformed ID or a method foreign to the path. The latter name unknown IDs,
// because no page documents their effect.
func drawBroken(random *rand.Rand, newID func() string) brokenRequest {
	switch random.IntN(5) {
	case 0:
		id := pickOne(random, []string{"not-a-uuid", "0", "%00", "-1", "%F0%9F%92%A5", strings.Repeat("a", 300)})
		path := "assessments/" + id
		return brokenRequest{name: "the malformed ID " + fmt.Sprintf("%.20q", id), other: &client.Call{Method: http.MethodGet, Path: path}}
	case 1:
		method := pickOne(random, []string{http.MethodPut, http.MethodPatch, http.MethodDelete})
		id := newID()
		return brokenRequest{name: "the method " + method, other: &client.Call{Method: method, Path: "assessments/" + id, Resource: id}}
	}
	all := flaws()
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	chosen := all[:1+random.IntN(3)]
	var names []string
	for _, d := range chosen {
		names = append(names, d.name)
	}
	return brokenRequest{name: strings.Join(names, ", "), flaws: chosen}
}

func pickOne(random *rand.Rand, from []string) string { return from[random.IntN(len(from))] }
