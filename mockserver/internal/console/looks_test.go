package console_test

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"example.com/assay/mockserver"
)

func awaited(e *runtime.EvaluateParams) *runtime.EvaluateParams { return e.WithAwaitPromise(true) }

// look is how a page is looked at.
type look struct {
	name, scheme string
	width        int64
}

// looks are those that a page must stand.
func looks() []look {
	return []look{{"light", "light", 1280}, {"dark", "dark", 1280}, {"narrow", "light", 360}, {"narrow-dark", "dark", 360}}
}

// as makes a tab look so.
func (p *tab) as(l look) {
	p.Helper()
	p.run(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: l.scheme}}),
		chromedp.EmulateViewport(l.width, 900))
}

// shown is something that is looked at: a view, and what is opened in it.
type shown struct {
	name string
	at   []string // view and item
	open func(p *tab)
}

// everything returns all views, and all that they open.
func everything() []shown {
	all := []shown{
		{"assessment", []string{"assessments", guide}, func(p *tab) { p.shows(".detail h3", "Fields") }},
		{"operation", []string{"contract", "createAssessment"}, func(p *tab) {
			p.shows("article h3", "Try it")
			p.eval(`document.querySelectorAll('details').forEach((d) => { d.open = true })`, nil)
		}},
		{"new-assessment", []string{"assessments"}, func(p *tab) { p.press(".bar button", "New assessment"); p.shows("dialog button", "Create") }},
		{"force-error", []string{"assessments", guide}, func(p *tab) { p.press(".detail button", "Force error…"); p.shows("dialog button", "Force error") }},
		{"keys", []string{"faults"}, func(p *tab) { p.run(chromedp.KeyEvent("?")); p.shows("dialog dt", "Esc") }},
		{"delete", []string{"institutions"}, func(p *tab) { p.press("tbody button", "Delete"); p.shows("dialog p", "Its keys stop working") }},
	}
	for _, view := range views() {
		all = append(all, shown{view, []string{view}, func(p *tab) { p.settled(view) }})
	}
	return all
}

// TestLooks opens everything, full of names that try to be markup, in light, dark
// and narrow, looks for faults of accessibility, and takes pictures.
func TestLooks(t *testing.T) {
	browser := startBrowser(t)
	axe := readAxe(t)
	m := startMock(t, mockserver.Config{Fixtures: evilFixtures()})
	in := fill(t, m)
	for _, l := range looks() {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			p := newTab(t, browser, m.ControlURL())
			p.as(l)
			for _, s := range everything() {
				p.show(s, in)
				p.picture("evil-" + l.name + "-" + s.name)
				p.harmless(s.name)
				p.accessible(s.name, axe)
			}
			p.quiet(m.origin())
		})
	}
}

// TestPictures takes pictures of everything as people see it who mean no evil.
func TestPictures(t *testing.T) {
	if *picturesTo == "" {
		t.Skip("it only takes pictures, and -pictures does not say where to: TestLooks looks at the same views")
	}
	browser := startBrowser(t)
	m := startMock(t, mockserver.Config{})
	in := live(t, m)
	for _, l := range looks() {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			p := newTab(t, browser, m.ControlURL())
			p.as(l)
			for _, s := range everything() {
				p.show(s, in)
				p.picture(l.name + "-" + s.name)
			}
		})
	}
}

// show reloads a view and waits until it is complete.
func (p *tab) show(s shown, in *mockserver.Institution) {
	p.Helper()
	p.run(chromedp.Navigate("about:blank"))
	p.open(append([]string{s.at[0], in.ID()}, s.at[1:]...)...)
	s.open(p)
}

func readAxe(t *testing.T) string {
	t.Helper()
	axe, err := os.ReadFile("testdata/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	return string(axe)
}

// fill makes an institution with evil in every place that clients and users can
// write to.
func fill(t *testing.T, m mock) *mockserver.Institution {
	t.Helper()
	in := m.institution(t, mockserver.InstitutionOptions{Name: "filled-" + strings.Repeat("W", 57)})
	if _, err := in.ForceError(guide, mockserver.Failure{Step: evil, Type: evil, Message: evil, Details: map[string]any{evil: evil}}); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Arm(mockserver.Fault{Operation: "listEntities", Status: 503, Body: evil}); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Snapshot("filled"); err != nil {
		t.Fatal(err)
	}
	m.ask(t, in.Key(), http.MethodPost, "/assessments?q=%3Cimg%20src=x%3E", `{"`+strings.ReplaceAll(evil, `"`, `\"`)+`":1}`)
	m.ask(t, in.Key(), http.MethodGet, "/assessments/<img>", "")
	m.ask(t, in.Key(), http.MethodGet, "/assessments?limit="+strings.ReplaceAll(evil, " ", "+"), "")
	m.ask(t, in.Key(), http.MethodGet, "/entities", "")
	m.preflight(t, "https://"+evil, evil, evil)
	return in
}

// live makes an institution in use.
func live(t *testing.T, m mock) *mockserver.Institution {
	t.Helper()
	in := m.institution(t, mockserver.InstitutionOptions{Name: "checkout-e2e"})
	var active mockserver.Assessment
	for _, state := range []string{"completed", "cancelled", "error", "active"} {
		var err error
		if active, err = in.CreateAssessment(mockserver.AssessmentDraft{State: state}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := in.Snapshot("before-cancel"); err != nil {
		t.Fatal(err)
	}
	for _, f := range []mockserver.Fault{{Operation: "cancelWorkflow", Fault: "commit-then-reset", First: 1}, {Operation: "listEntities", Status: 503, Every: 3}} {
		if _, err := in.Arm(f); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{"/assessments?limit=20&ordering=-created_at", "/entities", "/assessments/" + guide, "/entities", "/assessments/nonsense", "/entities", "/templates"} {
		m.ask(t, in.Key(), http.MethodGet, path, "")
	}
	m.ask(t, in.Key(), http.MethodPost, "/assessments", `{"entity":"x"}`)
	m.ask(t, in.Key(), http.MethodPost, "/assessments/"+active.ID+"/cancel-workflow", "")
	m.ask(t, in.Key(), http.MethodGet, "/assessments/"+active.ID, "")
	m.preflight(t, "http://localhost:5173", "GET", "apikey")
	m.preflight(t, "https://app.example.org", "GET", "apikey")
	m.preflight(t, "http://localhost:5173", "POST", "apikey, x-trace")
	return in
}

// preflight asks what a browser asks before a page may call the API.
func (m mock) preflight(t *testing.T, origin, method, headers string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, m.URL()+"/assessments", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Origin", origin)
	r.Header.Set("Access-Control-Request-Method", method)
	r.Header.Set("Access-Control-Request-Headers", headers)
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
}

// settled waits until a view has what it shows.
func (p *tab) settled(view string) {
	p.Helper()
	has := map[string]string{
		"assessments": "tbody a", "journal": ".row", "faults": "tbody td", "freedoms": ".cards .card", "institutions": ".key",
		"snapshots": "tbody td", "cors": "tbody td", "contract": ".operations a",
	}[view]
	p.shows(has, "")
	if view == "journal" {
		p.eval(`document.querySelector('.row').click()`, nil)
		p.shows(".detail h3", "Response")
	}
	if view == "snapshots" {
		p.press("form button", "Compare")
		p.shows(".diff h3", "")
	}
}

// harmless fails if a text has become markup. That evil is shown as text is
// proved by the views that show names.
func (p *tab) harmless(view string) {
	p.Helper()
	var found struct {
		Struck  bool
		Markup  int
		Told    bool
		Sideway bool
	}
	p.eval(`({ Struck: document.documentElement.dataset.struck !== undefined, Markup: document.querySelectorAll('main img, .evil, main script').length,
		Told: document.body.textContent.includes('<img src=x onerror='), Sideway: document.documentElement.scrollWidth > document.documentElement.clientWidth })`, &found)
	if found.Struck || found.Markup > 0 {
		p.Errorf("%s: got text as markup: %+v", view, found)
	}
	if nothing := []string{"freedoms", "contract", "operation", "snapshots"}; !found.Told && !slices.Contains(nothing, view) {
		p.Errorf("%s: got no text that looks like markup, want it shown", view)
	}
	if found.Sideway {
		p.Errorf("%s: got a page that scrolls sideways, want one that fits", view)
	}
}

// accessible fails with what axe finds, serious or worse.
func (p *tab) accessible(view, axe string) {
	p.Helper()
	var findings []string
	p.run(chromedp.Evaluate(axe+`;0`, nil), chromedp.Evaluate(`axe.run(document, { resultTypes: ['violations'] }).then((r) => r.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical')
		.flatMap((v) => v.nodes.map((n) => v.id + ': ' + n.html.slice(0, 200) + ' ' + (n.any[0]?.message ?? ''))))`, &findings, awaited))
	for _, finding := range findings {
		p.Errorf("%s: %s", view, finding)
	}
}
