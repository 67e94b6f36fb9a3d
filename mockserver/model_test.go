package mockserver_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.com/assay/mockserver"
	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/openapi"
)

// model is what the mock should be, as simply as it can be said.
type model struct {
	now      time.Time
	settings map[string]string
	all      []*modelled // oldest first
}

type modelled struct {
	id, template      string
	started           time.Time
	cancelled         bool
	cancelledAt       time.Time
	before            seen // what readers see until the cancel is visible
	workflow, created string
}

// seen is what the model knows about a record.
type seen struct{ state, outcome, status string }

// natural is the workflow if nobody interferes; ended says that no step is left.
func (m *model) natural(a *modelled) (s seen, ended bool) {
	ran := m.now.Sub(a.started)
	s = seen{"Active", openOutcome, openStatus}
	switch {
	case a.template == brokenID && ran >= time.Second:
		s.state = "Error"
	case a.template == quickID && ran >= 6*time.Second:
		return seen{"Active", doneOutcome, openStatus}, true
	case a.template == quickID && ran >= 2*time.Second:
		s.outcome = halfOutcome
	}
	if m.settings["outcome-before-end"] == "null" {
		s.outcome = ""
	}
	return s, false
}

func (m *model) visibility() time.Duration {
	d, _ := time.ParseDuration(m.settings["cancel-visibility"]) // immediate is none
	return d
}

func (m *model) expect(a *modelled) seen {
	if !a.cancelled {
		s, _ := m.natural(a)
		return s
	}
	if m.now.Before(a.cancelledAt.Add(m.visibility())) {
		return a.before
	}
	s := seen{"Cancelled", canceledID, openStatus}
	if m.settings["cancel-status"] == "terminal" {
		s.status = closedStatus
	}
	return s
}

// cancel returns the status of the answer.
func (m *model) cancel(a *modelled) int {
	statuses := map[string]int{"no-content": 204, "conflict": 409, "bad-request": 400, "unprocessable": 422, "allowed": 204}
	natural, ended := m.natural(a)
	status := http.StatusNoContent
	switch {
	case a.cancelled:
		return statuses[m.settings["second-cancel"]]
	case natural.state == "Error":
		status = statuses[m.settings["cancel-in-error"]]
	case ended:
		status = statuses[m.settings["cancel-after-completion"]]
	}
	if status == http.StatusNoContent {
		a.cancelled, a.cancelledAt, a.before = true, m.now, natural
	}
	return status
}

// machine drives the mock and the model together. Every response is shown to
// kin-openapi as well.
type machine struct {
	model
	server  *mockserver.Server
	clock   *clock
	checker *contract.Checker
}

func drawSettings(t *rapid.T) map[string]string {
	catalogue, err := openapi.LoadCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	settings := map[string]string{}
	for _, f := range catalogue.Freedoms {
		values := f.Values
		if f.Duration {
			values = append(slices.Clone(values), "1s", "3s")
		}
		settings[f.Name] = rapid.SampledFrom(values).Draw(t, f.Name)
	}
	return settings
}

func (m *machine) do(t *rapid.T, method, path, body string) *httptest.ResponseRecorder {
	m.observe()
	r := request(method, path, "API_KEY", body)
	w := serve(m.server, r)
	if err := m.checker.Response(r, w.Code, w.Header(), w.Body.Bytes()); err != nil {
		t.Fatalf("kin-openapi refuses the answer to %s %s: %v\n%d %v %s", method, path, err, w.Code, w.Header(), w.Body)
	}
	return w
}

func (m *machine) compare(t *rapid.T, a *modelled, got record) {
	want := m.expect(a)
	if diff := cmp.Diff(want, seen{got.State, text(got.Outcome), got.Status}, cmp.AllowUnexported(seen{})); diff != "" {
		t.Fatalf("assessment %s of template %s, %s old (-model +mock):\n%s", a.id, a.template, m.now.Sub(a.started), diff)
	}
	if got.Workflow != a.workflow || got.Created != a.created || got.Template != a.template || got.Entity != entityID {
		t.Fatalf("assessment %s: got %+v, want its identity unchanged: %+v", a.id, got, a)
	}
	if failed := want.state == "Error"; failed && text(got.Message) == "" || !failed && want.state == "Active" && got.Message != nil {
		t.Fatalf("assessment %s in state %s: got the error %v", a.id, want.state, got.Message)
	}
}

func (m *machine) pick(t *rapid.T) *modelled {
	if len(m.all) == 0 {
		t.Skip("not before there is an assessment: rapid takes another action")
	}
	return rapid.SampledFrom(m.all).Draw(t, "assessment")
}

func (m *machine) actions() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"create":  m.doCreate,
		"cancel":  m.doCancel,
		"get":     m.doGet,
		"list":    m.doList,
		"advance": m.doAdvance,
		"nothing": m.doNothing,
	}
}

func (m *machine) doCreate(t *rapid.T) {
	template := rapid.SampledFrom([]string{manualID, quickID, brokenID}).Draw(t, "template")
	w := m.do(t, http.MethodPost, "/v5/assessments", fmt.Sprintf(`{"entity_id":%q,"template_id":%q}`, entityID, template))
	if want := map[string]int{"created": 201, "ok": 200}[m.settings["create-status"]]; w.Code != want {
		t.Fatalf("create: got %d, want %d", w.Code, want)
	}
	got := decode[record](t, w)
	for _, other := range m.all {
		if other.id == got.ID || other.workflow == got.Workflow {
			t.Fatalf("create: got %+v, which has the IDs of another", got)
		}
	}
	a := &modelled{id: got.ID, template: template, started: m.now, workflow: got.Workflow, created: got.Created}
	m.all = append(m.all, a)
	m.compare(t, a, got)
}

func (m *machine) doCancel(t *rapid.T) {
	a := m.pick(t)
	w := m.do(t, http.MethodPost, "/v5/assessments/"+a.id+"/cancel-workflow", "")
	if want := m.cancel(a); w.Code != want || (w.Code == 204) != (w.Body.Len() == 0 && w.Code < 400) {
		t.Fatalf("cancel: got %d %q, want %d", w.Code, w.Body, want)
	}
}

func (m *machine) doGet(t *rapid.T) {
	a := m.pick(t)
	id := a.id
	if rapid.Bool().Draw(t, "in capitals") {
		id = strings.ToUpper(id)
	}
	w := m.do(t, http.MethodGet, "/v5/assessments/"+id, "")
	if w.Code != http.StatusOK {
		t.Fatalf("get: got %d %s, want 200", w.Code, w.Body)
	}
	m.compare(t, a, decode[record](t, w))
}

func (m *machine) doList(t *rapid.T) {
	limit, offset := rapid.IntRange(1, 6).Draw(t, "limit"), rapid.IntRange(0, 6).Draw(t, "offset")
	var got []record
	switch path := fmt.Sprintf("/v5/assessments?limit=%d&offset=%d&max_page_size=%[1]d", limit, offset); m.settings["list-shape"] {
	case "array":
		got, limit, offset = decode[[]record](t, m.do(t, http.MethodGet, path, "")), len(m.all), 0
	case "token-page":
		got, limit, offset = m.pages(t, path), len(m.all), 0
	default:
		p := decode[offsetPage](t, m.do(t, http.MethodGet, path, ""))
		got = p.Results
		if p.Count != len(m.all) || p.Limit != limit || p.Offset != offset {
			t.Fatalf("list: got %d items at %d, of %d; want %d at %d, of %d", p.Limit, p.Offset, p.Count, limit, offset, len(m.all))
		}
	}
	if want := max(0, min(limit, len(m.all)-offset)); len(got) != want {
		t.Fatalf("list: got %d items, want %d", len(got), want)
	}
	for i, item := range got {
		m.compare(t, m.placed(t, offset+i, item.ID), item)
	}
}

// pages reads a list to its end.
func (m *machine) pages(t *rapid.T, path string) (all []record) {
	token := ""
	for {
		p := decode[page](t, m.do(t, http.MethodGet, path+token, ""))
		if all = append(all, p.Items...); p.Next == nil {
			return all
		}
		token = "&page_token=" + *p.Next
	}
}

// placed returns what should be at the place of the list.
func (m *machine) placed(t *rapid.T, i int, id string) *modelled {
	a := m.all[i]
	switch m.settings["list-order"] {
	case "newest-first":
		a = m.all[len(m.all)-1-i]
	case "shuffled": // anywhere
		at := slices.IndexFunc(m.all, func(a *modelled) bool { return a.id == id })
		if at < 0 {
			t.Fatalf("list: got %s, which nobody created", id)
		}
		a = m.all[at]
	}
	if a.id != id {
		t.Fatalf("list: got %s in place %d, want %s", id, i, a.id)
	}
	return a
}

func (m *machine) doAdvance(t *rapid.T) {
	d := time.Duration(rapid.SampledFrom([]int{1, 500, 999, 1000, 1001, 2000, 4000, -3000}).Draw(t, "ms")) * time.Millisecond
	m.clock.advance(d)
}

// observe is what every request does, if only because it is written down: the
// time of the mock follows its clock, but not back.
func (m *machine) observe() {
	if now := m.clock.Now(); now.After(m.now) {
		m.now = now
	}
}

func (m *machine) doNothing(t *rapid.T) {
	unknown := fmt.Sprintf("%08x-0000-4000-8000-000000000000", rapid.Uint32().Draw(t, "id"))
	for _, call := range []struct{ method, path string }{
		{http.MethodGet, "/v5/assessments/" + unknown},
		{http.MethodPost, "/v5/assessments/" + unknown + "/cancel-workflow"},
	} {
		if w := m.do(t, call.method, call.path, ""); w.Code != http.StatusNotFound {
			t.Fatalf("%s %s: got %d, want 404", call.method, call.path, w.Code)
		}
	}
}

// TestTheMockIsTheModel walks at random under random settings.
func TestTheMockIsTheModel(t *testing.T) {
	t.Parallel()
	doc, err := openapi.Load()
	if err != nil {
		t.Fatal(err)
	}
	checker, err := contract.NewChecker(doc)
	if err != nil {
		t.Fatal(err)
	}
	first := newServer(t, mockserver.Config{})
	rapid.Check(t, func(t *rapid.T) {
		c, settings := newClock(), drawSettings(t)
		cfg := mockserver.Config{Fixtures: smallFixtures(), Clock: c, Settings: settings, Seed: rapid.Uint64().Draw(t, "seed")}
		server, err := mockserver.New(cfg.ShareContract(first))
		if err != nil {
			t.Fatal(err)
		}
		m := &machine{model: model{now: c.Now(), settings: settings}, server: server, clock: c, checker: checker}
		t.Repeat(m.actions())
	})
}
