package console_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"example.com/assay/mockserver"
)

// guide is the assessment of the guides, which every institution has.
const guide = "497f6eca-6276-4993-bfeb-53cbbbba6f08"

// views are those of the menu.
func views() []string {
	return []string{"assessments", "journal", "faults", "freedoms", "institutions", "snapshots", "cors", "contract"}
}

// TestInBrowser uses the console as a person does, in a real browser.
func TestInBrowser(t *testing.T) {
	browser := startBrowser(t)
	m := startMock(t, mockserver.Config{})
	for _, test := range []struct {
		name string
		use  func(p *tab, m mock, in *mockserver.Institution)
	}{
		{"assessments are searched and cancelled", cancelAnAssessment},
		{"a task is completed", completeATask},
		{"the clock moves a workflow", moveTheClock},
		{"the journal is live, and explains", followTheJournal},
		{"a fault is armed and strikes", armAFault},
		{"a freedom is set", setAFreedom},
		{"institutions come and have keys", createAnInstitution},
		{"snapshots are compared", compareSnapshots},
		{"a refused preflight is explained", refuseAPreflight},
		{"an operation is tried out", tryAnOperation},
		{"everything works by keys", useKeys},
		{"the focus stays while rows come", keepTheFocus},
		{"what is empty says why", showNothing},
		{"many institutions are searched", searchInstitutions},
		{"a page of another origin gets nothing", attackFromElsewhere},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			in := m.institution(t, mockserver.InstitutionOptions{Name: strings.ReplaceAll(test.name, ",", "")})
			p := newTab(t, browser, m.ControlURL())
			test.use(p, m, in)
			p.quiet(m.origin())
		})
	}
}

func cancelAnAssessment(p *tab, m mock, in *mockserver.Institution) {
	p.open("assessments", in.ID())
	p.fill("input[type=search]", guide)
	p.until(`document.querySelectorAll('tbody tr').length === 1`)
	p.eval(`document.querySelector('tbody a').click()`, nil)
	p.shows(".detail h3", "Workflow")
	p.press(".detail button", "Cancel workflow")
	p.shows(".detail .badge", "Cancelled")
	p.shows("[role=status]", "Cancelled.")
	if a, err := in.Assessment(guide); err != nil || a.State != "Cancelled" {
		p.Errorf("the assessment: got %s, %v, want Cancelled", a.State, err)
	}
	p.open("assessments", in.ID())
	p.fill("input[type=search]", "nothing that there is")
	p.shows(".empty", "No assessment matches")
}

func completeATask(p *tab, _ mock, in *mockserver.Institution) {
	p.open("assessments", in.ID(), guide)
	p.shows(".timeline .badge", "waiting")
	p.press(".timeline button", "Complete task…")
	p.shows("dialog button", "Complete task")
	p.picture("complete-task")
	p.press("dialog button", "Complete task")
	p.shows("[role=status]", "Task completed.")
	p.until(`document.querySelectorAll('.timeline .step-waiting').length === 0`)
	a, err := in.Assessment(guide)
	for _, step := range a.Steps {
		if err != nil || step.Progress == "waiting" {
			p.Errorf("the steps: got %+v, %v, want none that waits", a.Steps, err)
		}
	}
}

func moveTheClock(p *tab, _ mock, in *mockserver.Institution) {
	made, err := in.CreateAssessment(mockserver.AssessmentDraft{})
	if err != nil {
		p.Fatal(err)
	}
	p.open("assessments", in.ID())
	p.press(".clock button", "Freeze")
	p.shows(".clock .badge", "frozen")
	before := in.Clock().Now
	p.press(".clock button", "+1 day")
	p.shows("[role=status]", "The clock advanced")
	if moved := in.Clock().Now.Sub(before).Hours(); moved != 24 {
		p.Errorf("got moved by %v hours, want 24", moved)
	}
	p.shows("dialog h2", "Events")
	p.picture("events")
	p.press("dialog button", "Close")
	p.open("assessments", in.ID(), made.ID)
	p.shows(".step-running, .step-waiting", "")
	p.press(".detail button", "Force error…")
	p.fill("dialog [name=message]", "Nobody answered.")
	p.press("dialog button", "Force error")
	p.shows(".detail dd", "Nobody answered.")
	p.shows(".step-failed .badge", "failed")
}

func followTheJournal(p *tab, m mock, in *mockserver.Institution) {
	p.open("journal", in.ID())
	p.shows("h1 .badge", "live")
	m.ask(p.T, in.Key(), http.MethodGet, "/assessments/"+guide, "")
	p.shows(".row .url", "/v5/assessments/"+guide) // it came by itself
	m.ask(p.T, in.Key(), http.MethodPost, "/assessments", `{"entity":"x"}`)
	p.shows(".row .badge-4xx", "4")
	p.eval(`document.querySelector('.row .badge-4xx').closest('button').click()`, nil)
	p.shows(".words li", "It was refused")
	p.shows(".detail button", "Copy as curl")
	p.picture("journal-explained")
	p.fill("input[type=search]", "/v5/assessments/"+guide)
	p.until(`document.querySelectorAll('.row').length === 1`)
	p.fill("input[type=search]", "")
	p.fill("[name=operation]", "cancelWorkflow") // no change has this operation
	p.fill("[name=kind]", "control")
	p.until(`document.querySelector('[name=operation]') === null`)
	if _, err := in.Cancel(guide); err != nil {
		p.Fatal(err)
	}
	p.shows(".row b", "cancelAssessment") // a change through the Go API
	p.press(".detail button", "Close")
	p.eval(`document.querySelector('.row').click()`, nil)
	p.shows(".detail h2", "cancelAssessment")
	p.shows(".words li", "cancelled")
}

func armAFault(p *tab, m mock, in *mockserver.Institution) {
	p.open("faults", in.ID())
	p.shows(".empty", "No fault is armed")
	p.fill("[name=operation]", "cancelWorkflow")
	p.press("form button", "Arm")
	p.shows("tbody td", "cancelWorkflow")
	if status := m.ask(p.T, in.Key(), http.MethodPost, "/assessments/"+guide+"/cancel-workflow", ""); status != 0 {
		p.Errorf("the cancel: got status %d, want a reset", status)
	}
	p.shows("tbody td", "1 of 1")
	p.picture("faults-armed")
	p.press("tbody button", "Disarm")
	p.shows(".empty", "No fault is armed")
	if a, err := in.Assessment(guide); err != nil || a.State != "Cancelled" {
		p.Errorf("commit-then-reset: got %s, %v, want Cancelled", a.State, err)
	}
}

// showNothing looks at views that have nothing to show. What is not of one
// institution alone is of a mock with no other users.
func showNothing(p *tab, m mock, _ *mockserver.Institution) {
	in := m.institution(p.T, mockserver.InstitutionOptions{Name: "nothing", Empty: true})
	p.open("assessments", in.ID())
	p.shows(".empty", "There is no assessment yet")
	p.fill("input[type=search]", "nothing that there is")
	p.shows(".empty", "No assessment matches")
	p.open("journal", in.ID())
	p.shows(".empty", "There is no exchange yet")
	p.fill("[name=fault]", "any")
	p.shows(".empty", "No exchange matches")
	p.eval(`location.hash = '#/assessments/%E0%A4'`, nil)
	p.shows(".empty", "does not exist")
	p.use(startMock(p.T, mockserver.Config{}))
	p.open("snapshots")
	p.shows(".empty", "There is no snapshot yet")
	p.open("cors")
	p.shows(".empty", "No preflight request yet")
}

func searchInstitutions(p *tab, _ mock, _ *mockserver.Institution) {
	m := startMock(p.T, mockserver.Config{})
	for i := range 60 {
		m.institution(p.T, mockserver.InstitutionOptions{Name: fmt.Sprintf("worker %d of many", i)})
	}
	in := m.institution(p.T, mockserver.InstitutionOptions{Name: "the last"})
	p.use(m)
	p.open("institutions", in.ID())
	p.shows(".pages", "of ")
	p.fill("input[type=search]", "worker 59 of many")
	p.until(`document.querySelectorAll('tbody tr').length === 1`)
	p.fill("input[type=search]", in.Key())
	p.shows("tbody a", in.Name())
	p.fill("input[type=search]", "none of them")
	p.shows(".empty", "No institution matches")
}

func setAFreedom(p *tab, _ mock, in *mockserver.Institution) {
	p.open("freedoms", in.ID())
	const second = `[...document.querySelectorAll('.cards .card')].find((e) => e.textContent.includes('second-cancel'))`
	p.until(`Boolean(` + second + `)`)
	p.eval(`{ const s = `+second+`.querySelector('select'); s.value = 'conflict'; s.dispatchEvent(new Event('input', { bubbles: true })) }`, nil)
	p.shows("[role=status]", "second-cancel is conflict.")
	if got := in.Settings().Values["second-cancel"]; got != "conflict" {
		p.Errorf("got second-cancel %q, want conflict", got)
	}
	p.eval(`document.querySelector('input[type=checkbox]').click()`, nil)
	p.shows(".cards .badge", "varies")
}

func createAnInstitution(p *tab, m mock, in *mockserver.Institution) {
	p.open("institutions", in.ID())
	p.shows(".key code", in.Key())
	p.fill("form [name=name]", "worker of the console")
	p.press("form button", "Create")
	p.shows("tbody a", "worker of the console")
	made, err := m.Institution("worker of the console")
	if err != nil {
		p.Fatal(err)
	}
	p.shows(".key code", made.Key())
}

func compareSnapshots(p *tab, _ mock, in *mockserver.Institution) {
	p.open("snapshots", in.ID())
	p.fill("form [name=name]", "before-"+in.ID()[:8])
	p.press("form button", "Save")
	p.shows("tbody td", "before-"+in.ID()[:8])
	if _, err := in.Cancel(guide); err != nil {
		p.Fatal(err)
	}
	p.fill("[name=a]", "before-"+in.ID()[:8])
	p.press("form button", "Compare")
	p.shows(".diff h4", guide)
	p.shows(".diff ins", "Cancelled")
	p.picture("diff")
	p.press("tbody button", "Restore")
	p.shows("dialog p", "is lost")
	p.press("dialog button", "Restore")
	p.shows("[role=status]", "is restored from")
}

func refuseAPreflight(p *tab, m mock, _ *mockserver.Institution) {
	p.open("cors")
	r, err := http.NewRequestWithContext(p.Context(), http.MethodOptions, m.URL()+"/assessments", nil)
	if err != nil {
		p.Fatal(err)
	}
	r.Header.Set("Origin", "https://app.example.org")
	r.Header.Set("Access-Control-Request-Method", "GET")
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		p.Fatal(err)
	}
	defer answer.Body.Close()
	p.shows("tbody td", "https://app.example.org")
	p.shows("tbody td", "--cors-origin https://app.example.org")
}

func tryAnOperation(p *tab, _ mock, in *mockserver.Institution) {
	p.open("contract", in.ID(), "getAssessment")
	p.shows("article h2", "getAssessment")
	p.fill("article input[required]", guide)
	p.press("article form button", "Send")
	p.shows("article pre", `"workflow_state": `)
	p.picture("tried")
}

// attackFromElsewhere opens a page of another origin, which tries to read and to
// change what only the console may.
func attackFromElsewhere(p *tab, m mock, in *mockserver.Institution) {
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<!doctype html><title>elsewhere</title><form></form>")
	}))
	defer page.Close()
	for _, origin := range []string{page.URL, strings.Replace(page.URL, "127.0.0.1", "localhost", 1)} {
		p.run(chromedp.Navigate(origin))
		var got string
		p.run(chromedp.Evaluate(fmt.Sprintf(`(async () => {
			const at = %q + '/control/v1/institutions/' + %q;
			const tries = [[at, {}], [at, { mode: 'no-cors' }], [at + '/reset', { method: 'POST', headers: { 'Content-Type': 'application/json' } }],
				[at + '/assessments/%s/cancel', { method: 'POST', mode: 'no-cors' }], [at, { method: 'DELETE' }]];
			const got = [];
			for (const [url, options] of tries) got.push(await fetch(url, options).then((r) => r.text().then((text) => r.type + text), (e) => 'refused'));
			return got.join();
		})()`, m.ControlURL(), in.ID(), guide), &got, awaited))
		if want := "refused,opaque,refused,opaque,refused"; got != want && got != strings.ReplaceAll(want, "opaque", "refused") {
			p.Errorf("from %s: got %q, want %q", origin, got, want)
		}
		p.hosts = map[string]bool{}
	}
	if a, err := in.Assessment(guide); err != nil || a.State != "Active" {
		p.Errorf("the assessment: got %s, %v, want Active and left alone", a.State, err)
	}
	p.troubles = nil // the browser says that it refused
}
