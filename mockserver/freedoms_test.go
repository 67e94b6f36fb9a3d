package mockserver_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/assay/mockserver"
	"example.com/assay/openapi"
)

// The fixtures of the tests: one template of each kind, and short IDs.
const (
	entityID     = "e0000000-0000-4000-8000-000000000001"
	manualID     = "a0000000-0000-4000-8000-000000000001" // waits for somebody
	quickID      = "a0000000-0000-4000-8000-000000000002" // 2 s, an interim outcome, 4 s, its end
	brokenID     = "a0000000-0000-4000-8000-000000000003" // 1 s, then an error
	openOutcome  = "0c000000-0000-4000-8000-000000000001"
	halfOutcome  = "0c000000-0000-4000-8000-000000000002"
	doneOutcome  = "0c000000-0000-4000-8000-000000000003"
	canceledID   = "0c000000-0000-4000-8000-000000000004"
	openStatus   = "50000000-0000-4000-8000-000000000001"
	closedStatus = "50000000-0000-4000-8000-000000000002"
)

func smallFixtures() []byte {
	return []byte(strings.NewReplacer(
		"ENTITY", entityID, "MANUAL", manualID, "QUICK", quickID, "BROKEN", brokenID,
		"OPEN", openOutcome, "HALF", halfOutcome, "DONE", doneOutcome, "CANCELED", canceledID,
		"STARTING", openStatus, "CLOSED", closedStatus, "INST", "10000000-0000-4000-8000-000000000001",
	).Replace(`
institutions: [{id: INST, name: A, starting_status: STARTING, terminal_status: CLOSED}]
keys: [{value: API_KEY, institution: INST}]
outcomes:
  - {id: OPEN, institution: INST, name: Open}
  - {id: HALF, institution: INST, name: Half}
  - {id: DONE, institution: INST, name: Done}
  - {id: CANCELED, institution: INST, name: Cancelled}
entities: [{id: ENTITY, institution: INST, name: E, type: company}]
templates:
  - {id: MANUAL, institution: INST, name: M, initial_outcome: OPEN, end_outcome: DONE, canceled_outcome: CANCELED, steps: [{name: wait, manual: true}]}
  - {id: QUICK, institution: INST, name: Q, initial_outcome: OPEN, end_outcome: DONE, canceled_outcome: CANCELED, steps: [{name: one, takes: 2s, outcome: HALF}, {name: two, takes: 4s}]}
  - {id: BROKEN, institution: INST, name: B, initial_outcome: OPEN, end_outcome: DONE, canceled_outcome: CANCELED, steps: [{name: one, takes: 1s, fails: {type: T, message: M, details: [1, {a: b}]}}]}
`))
}

// bench is a server under one setting, with a clock that stands.
type bench struct {
	*mockserver.Server
	t     *testing.T
	clock *clock
}

func (b bench) create(template string) record { return create(b.t, b, entityID, template) }

func (b bench) get(id string) record { return get(b.t, b, id) }

func (b bench) status(want int, method, path, body string) {
	b.t.Helper()
	if w := do(b, method, path, body); w.Code != want {
		b.t.Errorf("%s %s: got %d %s, want %d", method, path, w.Code, w.Body, want)
	}
}

func (b bench) cancel(want int, id string) {
	b.t.Helper()
	b.status(want, http.MethodPost, "/v5/assessments/"+id+"/cancel-workflow", "")
}

// ended returns an assessment of the template whose workflow has ended.
func (b bench) ended(template string) record {
	a := b.create(template)
	b.clock.advance(time.Minute)
	return b.get(a.ID)
}

func (b bench) list() []record {
	b.t.Helper()
	return decode[page](b.t, do(b, http.MethodGet, "/v5/assessments", "")).Items
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// effects has, for every value of every freedom, what a client sees of it.
func effects() map[string]func(bench) {
	all := map[string]func(bench){}
	cancelEffects(all)
	shapeEffects(all)
	errorEffects(all)
	taskEffects(all)
	return all
}

func cancelEffects(all map[string]func(bench)) {
	for value, want := range map[string]int{"no-content": 204, "conflict": 409, "bad-request": 400, "unprocessable": 422} {
		all["second-cancel="+value] = func(b bench) {
			a := b.create(manualID)
			b.cancel(204, a.ID)
			before := b.get(a.ID)
			b.cancel(want, a.ID)
			if after := b.get(a.ID); after.State != "Cancelled" || text(after.Outcome) != text(before.Outcome) {
				b.t.Errorf("after a second cancel: got %+v, want %+v", after, before)
			}
		}
	}
	for value, want := range map[string]int{"allowed": 204, "conflict": 409} {
		wantState := map[int]string{204: "Cancelled", 409: "Error"}[want]
		all["cancel-in-error="+value] = func(b bench) {
			a := b.ended(brokenID)
			b.cancel(want, a.ID)
			if got := b.get(a.ID); got.State != wantState || text(got.Message) != "M" {
				b.t.Errorf("after cancelling an error: got %+v, want state %s and the error kept", got, wantState)
			}
		}
		all["cancel-after-completion="+value] = func(b bench) {
			a := b.ended(quickID)
			b.cancel(want, a.ID)
			if got := b.get(a.ID); (got.State == "Cancelled") != (want == 204) {
				b.t.Errorf("after cancelling a completed one: got %+v", got)
			}
		}
	}
	all["cancel-visibility=immediate"] = func(b bench) { b.visibleAfter(0) }
	all["cancel-visibility=750ms"] = func(b bench) { b.visibleAfter(750 * time.Millisecond) }
	for value, want := range map[string]string{"keep": openStatus, "terminal": closedStatus} {
		all["cancel-status="+value] = func(b bench) {
			a := b.create(manualID)
			b.cancel(204, a.ID)
			if got := b.get(a.ID).Status; got != want {
				b.t.Errorf("status_id: got %s, want %s", got, want)
			}
		}
	}
	all["cancel-body=ignore"] = func(b bench) {
		b.status(204, http.MethodPost, "/v5/assessments/"+b.create(manualID).ID+"/cancel-workflow", "{")
	}
	all["cancel-body=reject"] = func(b bench) {
		a := b.create(manualID)
		b.status(400, http.MethodPost, "/v5/assessments/"+a.ID+"/cancel-workflow", "{}")
		if got := b.get(a.ID); got.State != "Active" {
			b.t.Errorf("after a refused cancel: got %s, want Active", got.State)
		}
		b.cancel(204, a.ID)
	}
}

// visibleAfter cancels in the middle of a workflow, and expects the state before
// until the delay is over, and nothing to run on meanwhile.
func (b bench) visibleAfter(delay time.Duration) {
	a := b.create(quickID)
	b.clock.advance(1500 * time.Millisecond)
	before := b.get(a.ID)
	b.cancel(204, a.ID)
	if delay > 0 {
		b.clock.advance(delay - 1)
		if got := b.get(a.ID); got.State != "Active" || text(got.Outcome) != text(before.Outcome) || b.list()[0].State != "Active" {
			b.t.Errorf("just before the delay is over: got %+v, want %+v", got, before)
		}
		b.cancel(204, a.ID)
		b.clock.advance(1)
	}
	for range 2 {
		if got := b.get(a.ID); got.State != "Cancelled" || text(got.Outcome) != canceledID || b.list()[0].State != "Cancelled" {
			b.t.Errorf("after the delay: got %+v, want it cancelled", got)
		}
		b.clock.advance(time.Minute)
	}
}

func shapeEffects(all map[string]func(bench)) {
	for value, want := range map[string]int{"created": 201, "ok": 200} {
		all["create-status="+value] = func(b bench) {
			b.status(want, http.MethodPost, "/v5/assessments", `{"entity_id":"`+entityID+`","template_id":"`+quickID+`"}`)
		}
	}
	all["list-shape=token-page"] = func(b bench) {
		first, second := b.create(manualID), b.create(manualID)
		path := "/v5/assessments?max_page_size=1"
		got := decode[page](b.t, do(b, http.MethodGet, path, ""))
		if len(got.Items) != 1 || got.Items[0].ID != second.ID || got.Next == nil {
			b.t.Fatalf("page: got %+v", got)
		}
		b.create(manualID) // before the next page
		got = decode[page](b.t, do(b, http.MethodGet, path+"&page_token="+*got.Next, ""))
		if len(got.Items) != 1 || got.Items[0].ID != first.ID || got.Next != nil {
			b.t.Errorf("last page: got %+v", got)
		}
	}
	all["list-shape=offset-page"] = func(b bench) {
		b.create(manualID)
		second := b.create(manualID)
		got := decode[offsetPage](b.t, do(b, http.MethodGet, "/v5/assessments?limit=1", ""))
		if got.Count != 2 || got.Limit != 1 || len(got.Results) != 1 || got.Results[0].ID != second.ID {
			b.t.Errorf("page: got %+v", got)
		}
	}
	all["list-shape=array"] = func(b bench) {
		b.create(manualID)
		b.create(manualID)
		for path, want := range map[string]int{"/v5/assessments?limit=1&offset=1": 2, "/v5/entities": 1, "/v5/assessments/templates": 3} {
			if got := decode[[]record](b.t, do(b, http.MethodGet, path, "")); len(got) != want {
				b.t.Errorf("%s: got %d items, want all %d", path, len(got), want)
			}
		}
	}
	all["list-order=newest-first"] = func(b bench) { b.ordered(func(ids []string) { slices.Reverse(ids) }) }
	all["list-order=oldest-first"] = func(b bench) { b.ordered(func([]string) {}) }
	all["list-order=shuffled"] = func(b bench) {
		first := b.ordered(nil)
		b.create(manualID)
		var old []string
		for _, a := range b.list() {
			if slices.Contains(first, a.ID) {
				old = append(old, a.ID)
			}
		}
		if !slices.Equal(first, old) {
			b.t.Errorf("shuffled: got %v, then %v: want the same order", first, old)
		}
	}
	all["outcome-before-end=initial"] = func(b bench) { b.outcomes(openOutcome, halfOutcome, doneOutcome) }
	all["outcome-before-end=null"] = func(b bench) { b.outcomes("", "", doneOutcome) }
}

// ordered creates assessments and compares the list with their order, arranged;
// without an arrangement, with neither the order nor its reverse.
func (b bench) ordered(arrange func([]string)) []string {
	var created, got []string
	for range 12 {
		created = append(created, b.create(manualID).ID)
		b.clock.advance(time.Second)
	}
	for _, a := range b.list() {
		got = append(got, a.ID)
	}
	reversed := slices.Clone(created)
	slices.Reverse(reversed)
	switch {
	case arrange == nil && (slices.Equal(created, got) || slices.Equal(reversed, got) || len(got) != len(created)):
		b.t.Errorf("order: got %v, want it shuffled", got)
	case arrange != nil:
		if arrange(created); !slices.Equal(created, got) {
			b.t.Errorf("order: got %v, want %v", got, created)
		}
	}
	return got
}

// outcomes follows a workflow to its end, and a cancel in the middle.
func (b bench) outcomes(want ...string) {
	a, other := b.create(quickID), b.create(manualID)
	for i, outcome := range want {
		if got := text(b.get(a.ID).Outcome); got != outcome {
			b.t.Errorf("outcome after %d steps: got %q, want %q", i, got, outcome)
		}
		b.clock.advance(time.Duration(2+2*i) * time.Second)
	}
	b.cancel(204, other.ID)
	if got := text(b.get(other.ID).Outcome); got != canceledID {
		b.t.Errorf("outcome after the cancel: got %q, want %q", got, canceledID)
	}
}

func errorEffects(all map[string]func(bench)) {
	for value, want := range map[string]int{"not-found": 404, "bad-request": 400, "unprocessable": 422} {
		all["malformed-id="+value] = func(b bench) {
			b.status(want, http.MethodGet, "/v5/assessments/nonsense", "")
			b.status(want, http.MethodPost, "/v5/assessments/nonsense/cancel-workflow", "")
			b.status(want, http.MethodGet, "/v5/assessments/outcomes/nonsense", "")
			b.status(404, http.MethodGet, "/v5/assessments/"+openOutcome, "")
		}
	}
	for value, want := range map[string]int{"ignore": 200, "reject": 400} {
		all["unknown-query="+value] = func(b bench) {
			b.status(want, http.MethodGet, "/v5/assessments?page=2", "")
			b.status(want, http.MethodGet, "/v5/assessments/"+b.create(manualID).ID+"?x", "")
			b.status(400, http.MethodGet, "/v5/assessments?limit=0", "")
		}
	}
	for value, want := range map[string][2]string{
		"problem": {"application/problem+json", `"detail":`},
		"errors":  {"application/json", `{"errors":[{"code":201,`},
		"message": {"application/json", `{"message":"`},
		"empty":   {"text/plain", ""},
	} {
		all["error-body="+value] = func(b bench) {
			for _, path := range []string{"/v5/assessments/" + openOutcome, "/v5/assessments?limit=0", "/v5/nothing"} {
				w := do(b, http.MethodGet, path, "")
				if w.Code < 400 || w.Header().Get("Content-Type") != want[0] || !strings.Contains(w.Body.String(), want[1]) || (want[1] == "") != (w.Body.Len() == 0) {
					b.t.Errorf("%s: got %d %v %s, want %v", path, w.Code, w.Header(), w.Body, want)
				}
			}
		}
	}
	all["outcome-path=/assessments/outcomes/{outcome_id}"] = func(b bench) {
		b.status(200, http.MethodGet, "/v5/assessments/outcomes/"+openOutcome, "")
		b.status(404, http.MethodGet, "/v5/outcomes/"+openOutcome, "")
	}
	all["outcome-path=/outcomes/{outcome_id}"] = func(b bench) {
		b.status(404, http.MethodGet, "/v5/assessments/outcomes/"+openOutcome, "")
		b.status(200, http.MethodGet, "/v5/outcomes/"+openOutcome, "")
	}
}

// TestEveryFreedomHasItsEffect sets each value of the catalogue, alone.
func TestEveryFreedomHasItsEffect(t *testing.T) {
	t.Parallel()
	catalogue, err := openapi.LoadCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	effects := effects()
	for _, f := range catalogue.Freedoms {
		values := f.Values
		if f.Duration {
			values = append(values, "750ms")
		}
		for _, value := range values {
			setting := f.Name + "=" + value
			effect := effects[setting]
			delete(effects, setting)
			t.Run(setting, func(t *testing.T) {
				t.Parallel()
				if effect == nil {
					t.Fatal("nothing here tests it")
				}
				c := newClock()
				s := newServer(t, mockserver.Config{Fixtures: smallFixtures(), Clock: c, Settings: map[string]string{f.Name: value}})
				effect(bench{s, t, c})
			})
		}
	}
	for setting := range effects {
		t.Errorf("%s is tested and not in the catalogue", setting)
	}
}
