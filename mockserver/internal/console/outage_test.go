package console_test

import (
	"fmt"
	"strings"
	"testing"

	"example.com/assay/mockserver"
)

// TestOutage stops the mock while its console is open, and starts another at the
// same place.
func TestOutage(t *testing.T) {
	browser := startBrowser(t)
	first := startMock(t, mockserver.Config{})
	p, other := newTab(t, browser, first.ControlURL()), newTab(t, browser, first.ControlURL())
	in := first.Institutions()[0]
	first.ask(t, in.Key(), "GET", "/entities?early=1.", "")
	p.open("journal", in.ID())
	p.shows("h1 .badge", "live")
	other.open("faults", in.ID())
	other.shows("form button", "Arm")
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	p.shows("[role=alert]", "The mock does not answer")
	p.shows("h1 .badge", "not live")
	p.shows("h1 .gap", "The stream was cut at")
	p.shows(".row .url", "early=1.") // what it said last
	p.accessible("while nothing answers", readAxe(t))
	p.picture("outage")
	other.shows("[role=alert]", "The mock does not answer")
	other.eval(`location.hash = '#/freedoms/`+in.ID()+`'`, nil)
	other.shows("h1", "Freedoms")

	second := startMock(t, mockserver.Config{Addr: strings.TrimPrefix(first.origin(), "http://"), ControlAddr: strings.TrimPrefix(first.ControlURL(), "http://")})
	p.shows("h1 .badge", "live")
	p.until(`!document.querySelector('[role=alert]')`)
	second.ask(t, in.Key(), "GET", "/entities?late=1.", "")
	p.shows(".row .url", "late=1.")
	p.until(`document.querySelectorAll('.row').length === 1`) // the first one's journal is gone with it
	other.shows(".cards .card", "second-cancel")              // it was asked for again
	p.quiet(first.origin())
	other.quiet(first.origin())
}

// TestFallBehind asks for more than the page can be told, until the mock gives up
// telling it, and sees that nothing is missing afterwards.
func TestFallBehind(t *testing.T) {
	p := newTab(t, startBrowser(t), "")
	m := startMock(t, mockserver.Config{})
	p.base = m.ControlURL()
	in := m.Institutions()[0]
	p.open("journal", in.ID())
	p.shows("h1 .badge", "live")
	for asked, behind := 0, false; !behind; {
		for range 5000 { // more than are read after a gap
			asked++
			m.serve(t, in.Key(), fmt.Sprintf("/v5/entities?call=%d.", asked))
		}
		p.eval(`document.querySelector('h1 .gap')?.textContent.includes('The page fell behind') ?? false`, &behind)
	}
	p.shows("h1 .gap", "it is complete again")
	stats := in.Journal(mockserver.ExchangeFilter{}, 1)
	p.until(fmt.Sprintf(`document.querySelector('.row .url').textContent.endsWith('call=%d.')`, stats.Stats.Last))
	p.until(fmt.Sprintf(`document.querySelector('.pages').textContent.replaceAll(',', '').startsWith('%d found')`, stats.Count))
	for _, row := range []int{500, 990, 1190, 2000} { // about where what came before and after the gap meet
		p.eval(fmt.Sprintf(`document.querySelector('.rows').scrollTop = 34 * %d`, row), nil)
		p.until(fmt.Sprintf(`(() => {
			const rows = [...document.querySelectorAll('.row')].filter((e) => e.parentElement.ariaPosInSet > %d);
			const calls = rows.map((e) => Number(e.textContent.match(/call=(\d+)/)?.[1]) + Number(e.parentElement.ariaPosInSet));
			return calls.length > 20 && calls.every((sum) => sum === %d);
		})()`, row, stats.Stats.Last+1))
	}
	p.eval(`{ const b = document.querySelector('.rows'); b.scrollTop = b.scrollHeight }`, nil)
	p.shows(".row .url", fmt.Sprintf("call=%d.", stats.Stats.Last-uint64(stats.Stats.Entries)+1))
	p.quiet(m.origin())
}
