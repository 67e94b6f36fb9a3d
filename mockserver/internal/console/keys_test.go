package console_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"example.com/assay/mockserver"
)

// focused are expressions about what has the focus.
const (
	focused      = `document.activeElement`
	focusedRow   = `document.activeElement.querySelector('.url')?.textContent`
	focusIsShown = `(() => { const e = document.activeElement; const s = getComputedStyle(e); const at = e.getBoundingClientRect();
		return e.matches(':focus-visible') && s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 && at.left >= 0 && at.bottom > 0 && at.top < innerHeight })()`
)

// useKeys goes everywhere without a pointer.
func useKeys(p *tab, _ mock, in *mockserver.Institution) {
	p.open("assessments", in.ID())
	p.shows("tbody a", "")
	p.run(input.DispatchKeyEvent(input.KeyDown).WithKey("/").WithText("/"))
	p.until(focused + `.type === 'search'`)
	p.eval(`document.querySelector('tbody a').focus()`, nil)
	p.run(chromedp.KeyEvent("j"))
	p.until(focused + ` === document.querySelectorAll('tbody a')[1]`)
	p.run(chromedp.KeyEvent(kb.Enter))
	p.until(focused + `.id === 'detail'`)
	p.run(chromedp.KeyEvent(kb.Escape))
	p.until(`!document.querySelector('.detail') && ` + focused + ` === document.querySelectorAll('tbody a')[1]`)
	p.run(chromedp.KeyEvent("2"))
	p.shows("h1", "Journal")
	p.run(chromedp.KeyEvent("?"))
	p.shows("dialog h2", "Keys")
	p.run(chromedp.KeyEvent(kb.Escape))
	p.until(`!document.querySelector('dialog')`)
	walk(p, in)
}

// walk presses Tab from the beginning of a view to its end. Each stop shows that
// it has the focus, and nothing that can be pressed is left out.
func walk(p *tab, in *mockserver.Institution) {
	p.run(chromedp.Navigate("about:blank"))
	p.open("faults", in.ID())
	p.shows("form button", "Arm")
	p.run(chromedp.KeyEvent(kb.Tab))
	p.until(focused + `.className === 'skip' && ` + focusIsShown)
	p.run(chromedp.KeyEvent(kb.Enter))
	p.until(focused + `.id === 'main'`)
	p.eval(`document.activeElement.blur()`, nil)
	p.run(chromedp.Navigate("about:blank"))
	p.open("faults", in.ID())
	p.shows("form button", "Arm")
	p.shows("select[name=operation]", "cancelWorkflow") // loaded after the rest
	var want int
	p.eval(`[...document.querySelectorAll('a, button, input, select')].filter((e) => !e.disabled && e.offsetParent !== null).length`, &want)
	var stops []string
	for len(stops) < 2*want {
		p.run(chromedp.KeyEvent(kb.Tab))
		var stop struct {
			Name  string
			Shown bool
		}
		p.eval(`({ Name: document.activeElement.textContent + document.activeElement.name, Shown: `+focusIsShown+` })`, &stop)
		if strings.HasPrefix(stop.Name, "To the content") && len(stops) > 0 {
			break
		}
		if stops = append(stops, stop.Name); !stop.Shown {
			p.Errorf("stop %d, %q: got no visible focus, want one", len(stops), stop.Name)
		}
		if strings.HasPrefix(stop.Name, "Arm") {
			break // the last of the view
		}
	}
	if len(stops) != want {
		p.Errorf("stops: got %d, want %d: %q", len(stops), want, stops)
	}
}

// keepTheFocus stays at a row of the journal while others come above it.
func keepTheFocus(p *tab, m mock, in *mockserver.Institution) {
	for i := range 300 {
		m.serve(p.T, in.Key(), fmt.Sprintf("/v5/entities?early=%d.", i))
	}
	p.open("journal", in.ID())
	p.shows(".row .url", "early=299.")
	p.shows("h1 .badge", "live")
	p.eval(`document.querySelector('.row').focus()`, nil)
	p.run(chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowDown))
	p.until(focusedRow + `?.includes('early=297.')`)
	for i := range 40 {
		m.serve(p.T, in.Key(), fmt.Sprintf("/v5/entities?late=%d.", i))
	}
	p.shows(".to-top", "40 new")
	p.until(focusedRow + `?.includes('early=297.') && ` + focusIsShown)
	var stops []string
	p.eval(`[...document.querySelectorAll('.row')].filter((row) => row.tabIndex === 0).map((row) => row.querySelector('.url').textContent)`, &stops)
	if len(stops) != 1 || !slices.ContainsFunc(stops, func(s string) bool { return strings.Contains(s, "early=297.") }) {
		p.Errorf("got the stops %q, want the list to be one, at the row with the focus", stops)
	}
	p.run(chromedp.KeyEvent(kb.End))
	p.until(focusedRow + `?.includes('early=0.')`)
	p.run(chromedp.KeyEvent(kb.PageUp))
	p.until(`!` + focusedRow + `?.includes('early=0.') && ` + focusIsShown)
	p.run(chromedp.KeyEvent(kb.Home))
	p.until(focusedRow + `?.includes('late=39.')`)
	p.run(chromedp.KeyEvent(kb.Enter))
	p.shows(".words li", "late=39.")
	p.run(chromedp.KeyEvent(kb.Escape))
	p.until(`!document.querySelector('.detail') && ` + focusedRow + `?.includes('late=39.')`)
}
