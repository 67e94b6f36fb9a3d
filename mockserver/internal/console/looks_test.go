package console_test

import (
	"strings"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

func awaited(e *runtime.EvaluateParams) *runtime.EvaluateParams { return e.WithAwaitPromise(true) }

// settled waits until a view has what it shows.
func (p *tab) settled(view string) {
	p.Helper()
	name, _, detailed := strings.Cut(view, " ")
	has := map[string]string{
		"assessments": "tbody a", "journal": ".row", "faults": "tbody td", "freedoms": ".cards .card", "institutions": ".key",
		"snapshots": "tbody td", "cors": "tbody td", "contract": ".operations a",
	}[name]
	if detailed {
		has = ".detail h3, article h3"
	}
	p.shows(has, "")
	if name == "journal" {
		p.eval(`document.querySelector('.row').click()`, nil)
		p.shows(".detail h3", "Response")
	}
	if name == "snapshots" {
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
		p.Errorf("%s: expected text to stay text, got it as markup: %+v", view, found)
	}
	if !found.Told && !strings.HasPrefix(view, "freedoms") && !strings.HasPrefix(view, "contract") && view != "snapshots" {
		p.Errorf("%s: expected the text that tries to be markup to be shown, got none", view)
	}
	if found.Sideway {
		p.Errorf("%s: expected a page that fits, got one that scrolls sideways", view)
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
