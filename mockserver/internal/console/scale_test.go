package console_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"

	"example.com/assay/mockserver"
)

// What the page must take, and what it may take for it. The times are budgets
// for a machine that does much else at the same time; alone it needs a tenth.
const (
	manyAssessments = 10_000
	manyExchanges   = 100_000
	burst           = 1_500 // requests of a burst, in three seconds
	maxNodes        = 3_000 // of the document
	maxHeap         = 64 << 20
	maxOpening      = 10 * time.Second
	maxAnswer       = 5 * time.Second
	maxFreeze       = time.Second // without drawing anything
)

// TestScale uses the console of a mock that holds much.
func TestScale(t *testing.T) {
	browser := startBrowser(t)
	m := startMock(t, mockserver.Config{JournalEntries: manyExchanges, JournalBytes: 1 << 30})
	in := m.institution(t, mockserver.InstitutionOptions{Name: "much"})
	for range manyAssessments {
		if _, err := in.CreateAssessment(mockserver.AssessmentDraft{}); err != nil {
			t.Fatal(err)
		}
	}
	in.ClearJournal() // of what was made
	for i := range manyExchanges {
		m.serve(t, in.Key(), fmt.Sprintf("/v5/assessments/%s?call=%d.", guide, i))
	}
	p := newTab(t, browser, m.ControlURL())
	p.run(performance.Enable())
	searchMuch(p, in)
	pageThroughMuch(p, in)
	standABurst(p, m, in)
	p.quiet(m.origin())
}

func searchMuch(p *tab, in *mockserver.Institution) {
	p.within("the assessments", maxOpening, func() {
		p.open("assessments", in.ID())
		p.shows(".pages", "of 10,0")
	})
	p.within("the last page", maxAnswer, func() {
		p.press(".pages button", "Last")
		p.until(`[...document.querySelectorAll('.pages button')].at(-1).disabled`)
		p.until(`document.querySelectorAll('tbody tr').length < 50`)
	})
	p.within("one of many", maxAnswer, func() {
		p.fill("input[type=search]", guide)
		p.until(`document.querySelectorAll('tbody tr').length === 1`)
	})
	p.bounded("the assessments")
}

func pageThroughMuch(p *tab, in *mockserver.Institution) {
	p.within("the journal", maxOpening, func() {
		p.open("journal", in.ID())
		p.shows(".row .url", "call=99999.")
	})
	p.shows(".pages", "100,000 found")
	for i := range 40 { // as a user looks for an entry
		p.eval(fmt.Sprintf(`{ const b = document.querySelector('.rows'); b.scrollTop = b.scrollHeight * %d / 40 }`, i), nil)
		p.shows(".row .url", fmt.Sprintf("call=%d", (manyExchanges-1-manyExchanges*i/40)/100))
	}
	p.within("the oldest", maxAnswer, func() {
		p.eval(`{ const b = document.querySelector('.rows'); b.scrollTop = b.scrollHeight }`, nil)
		p.shows(".row .url", "call=0.")
	})
	p.bounded("the journal at its end")
	p.within("one of many exchanges", maxAnswer, func() {
		p.fill("input[type=search]", "call=77.")
		p.until(`document.querySelectorAll('.row').length === 1`)
		p.shows(".pages", "1 found")
	})
}

// standABurst has hundreds of requests a second come while the journal is looked
// at, first at its top, and then further down, where it must stand still.
func standABurst(p *tab, m mock, in *mockserver.Institution) {
	p.fill("input[type=search]", "")
	p.shows(".row .url", "call=99999.")
	p.shows("h1 .badge", "live")
	p.eval(`{ window.longest = 0; let before = performance.now();
		const draw = (now) => { window.longest = Math.max(window.longest, now - before); before = now; requestAnimationFrame(draw) }; requestAnimationFrame(draw) }`, nil)
	ask(p, m, in, "first", burst)
	p.shows(".row .url", fmt.Sprintf("first=%d.", burst-1))
	var longest float64
	p.eval(`window.longest`, &longest)
	p.Logf("the longest time between two frames: %.0f ms", longest)
	if longest > float64(maxFreeze.Milliseconds()) {
		p.Errorf("a burst: got frames %.0f ms apart, want at most %v", longest, maxFreeze)
	}
	p.shows(".pages", "1,500 older ones were evicted")
	p.bounded("the journal after a burst")

	p.eval(`document.querySelector('.rows').scrollTop = 34 * 50000`, nil)
	const seen = `[...document.querySelectorAll('.row')].find((row) => row.getBoundingClientRect().top >= document.querySelector('.rows').getBoundingClientRect().top)?.textContent`
	p.until(seen + `?.includes('call=')`)
	p.eval(`{ window.seen = `+seen+` }`, nil)
	ask(p, m, in, "second", burst/5)
	p.press(".to-top", "↑ 300 new")
	p.until(seen + `?.includes('second=299.')`)
	p.eval(`document.querySelector('.rows').scrollTop = 34 * 50300`, nil)
	p.until(seen + ` === window.seen`)
}

// ask sends hundreds of requests a second.
func ask(p *tab, m mock, in *mockserver.Institution, name string, count int) {
	pause := time.NewTicker(time.Second / 500)
	defer pause.Stop()
	for i := range count {
		<-pause.C
		m.serve(p.T, in.Key(), fmt.Sprintf("/v5/assessments/%s?%s=%d.", guide, name, i))
	}
}

// within fails if something takes longer than it may, and logs how long it took.
func (p *tab) within(what string, limit time.Duration, do func()) {
	p.Helper()
	began := time.Now()
	do()
	took := time.Since(began)
	p.Logf("%s: %v", what, took.Round(time.Millisecond))
	if took > limit {
		p.Errorf("%s: got it after %v, want it within %v", what, took, limit)
	}
}

// bounded fails if the page holds more than it must.
func (p *tab) bounded(what string) {
	p.Helper()
	var nodes int
	p.eval(`document.querySelectorAll('*').length`, &nodes)
	metrics, heap := []*performance.Metric{}, 0.0
	p.run(chromedp.ActionFunc(func(ctx context.Context) (err error) {
		metrics, err = performance.GetMetrics().Do(ctx)
		return err
	}))
	for _, metric := range metrics {
		if metric.Name == "JSHeapUsedSize" {
			heap = metric.Value
		}
	}
	p.Logf("%s: %d elements, %.1f MiB of heap", what, nodes, heap/(1<<20))
	if nodes > maxNodes || heap > maxHeap {
		p.Errorf("%s: got %d elements and %.0f bytes of heap, want at most %d and %d", what, nodes, heap, maxNodes, maxHeap)
	}
}
