package console_test

import (
	"testing"
)

// TestInBrowser uses the console as a person does, in a real browser.
func TestInBrowser(t *testing.T) {
	browser := startBrowser(t)
	m := startMock(t)
	for _, test := range []struct {
		name string
		use  func(p *tab, m *mock, institution string)
	}{
		{"assessments are searched and cancelled", cancelAnAssessment},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			id, _ := (&mock{T: t, control: m.control}).institution(test.name)
			p := newTab(t, browser, m.control.URL)
			test.use(p, m, id)
			p.quiet(m.api.URL)
		})
	}
}

func cancelAnAssessment(p *tab, _ *mock, institution string) {
	const guide = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
	p.open("assessments", institution)
	p.fill("input[type=search]", guide)
	p.until(`document.querySelectorAll('tbody tr').length === 1`)
	p.press("tbody a", firstLink(p))
	p.shows(".detail h3", "Workflow")
	p.press(".detail button", "Cancel workflow")
	p.shows(".detail .badge", "Cancelled")
	p.shows("[role=status]", "Cancelled.")
	p.picture("assessment")
}

func firstLink(p *tab) string {
	var text string
	p.eval(`document.querySelector('tbody a').textContent.trim()`, &text)
	return text
}
