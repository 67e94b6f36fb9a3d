package console_test

import (
	"context"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

var (
	browserFlag = flag.String("browser", "", `the Chromium to test in, or "find" for the first that is installed; empty: the tests in a browser are skipped`)
	picturesTo  = flag.String("pictures", "", "a folder for pictures of every view")
)

// patience is how long a page may take for one thing, on a machine that does
// much else at the same time.
const patience = 40 * time.Second

// findBrowser returns the path of a Chromium, or says what is missing.
func findBrowser(t *testing.T) string {
	t.Helper()
	switch given := *browserFlag; given {
	case "":
		t.Skip("make browser runs the tests in a browser")
	case "find":
	default:
		return given
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if found, err := exec.LookPath(name); err == nil {
			return found
		}
	}
	t.Fatal("no Chromium found; run make browser, or name one with -browser")
	return ""
}

// startBrowser starts one that ends with the test.
func startBrowser(t *testing.T, more ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(findBrowser(t)),
		chromedp.WSURLReadTimeout(patience),
		chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("password-store", "basic"),
	)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium has none for root
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), append(options, more...)...)
	t.Cleanup(stop)
	browser, closeBrowser := chromedp.NewContext(allocator, chromedp.WithErrorf(func(string, ...any) {})) // it tells of events that are newer than it
	t.Cleanup(closeBrowser)
	t.Cleanup(func() { _ = chromedp.Cancel(browser) }) // it is killed if it does not end by itself
	if err := chromedp.Run(browser); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	return browser
}

// tab is a page of the console in a browser, and all that it complained about.
type tab struct {
	*testing.T
	ctx  context.Context
	base string // origin of the control listener

	mu       sync.Mutex
	troubles []string // errors in scripts, and what the policy of the page refused
	hosts    map[string]bool
}

// newTab opens an empty tab in a window of its own, so that no other covers it: a
// hidden page does not load new entries.
func newTab(t *testing.T, browser context.Context, base string) *tab {
	t.Helper()
	id, err := target.CreateTarget("about:blank").WithNewWindow(true).Do(cdp.WithExecutor(browser, chromedp.FromContext(browser).Browser))
	if err != nil {
		t.Fatalf("open a window: %v", err)
	}
	ctx, closeTab := chromedp.NewContext(browser, chromedp.WithTargetID(id))
	t.Cleanup(closeTab)
	p := &tab{T: t, ctx: ctx, base: base, hosts: map[string]bool{}}
	chromedp.ListenTarget(ctx, p.listen)
	if err := chromedp.Run(ctx); err != nil { // the tab lives as long as the context of the first run
		t.Fatalf("open a tab: %v", err)
	}
	p.run(network.Enable(), log.Enable(), chromedp.EmulateViewport(1280, 900))
	return p
}

func (p *tab) listen(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		p.troubles = append(p.troubles, e.ExceptionDetails.Error())
	case *log.EventEntryAdded:
		if e.Entry.Source == log.SourceSecurity || e.Entry.Level == log.LevelError && e.Entry.Source != log.SourceNetwork {
			p.troubles = append(p.troubles, e.Entry.Text)
		}
	case *network.EventRequestWillBeSent:
		if u, err := url.Parse(e.Request.URL); err == nil {
			p.hosts[u.Scheme+"://"+u.Host] = true
		}
	}
}

// run does things in the page, and fails with what it shows if they do not
// come to an end.
func (p *tab) run(actions ...chromedp.Action) {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Run(ctx, actions...); err != nil {
		var shown string
		last, stop := context.WithTimeout(p.ctx, patience)
		defer stop()
		_ = chromedp.Run(last, chromedp.Evaluate(`document.body.innerText.slice(0, 3000)`, &shown))
		p.mu.Lock()
		defer p.mu.Unlock()
		p.Fatalf("%v\nthe page shows:\n%s\nit complained: %q", err, shown, p.troubles)
	}
}

// open goes to a view and waits until it is there.
func (p *tab) open(parts ...string) {
	p.Helper()
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	p.run(chromedp.Navigate(p.base + "/console/#/" + strings.Join(parts, "/")))
	p.run(chromedp.WaitVisible(`main h1`))
}

// until waits for an expression to hold. It waits within the page, without
// making code of text, which the policy of the page forbids.
func (p *tab) until(expression string) {
	p.Helper()
	var held bool
	p.run(chromedp.Evaluate(fmt.Sprintf(`new Promise((resolve) => { const look = () => (%s) ? resolve(true) : setTimeout(look, 30); look(); })`, expression), &held, awaited))
}

// shows waits for a text in an element.
func (p *tab) shows(selector, text string) {
	p.Helper()
	p.until(fmt.Sprintf(`[...document.querySelectorAll(%q)].some((e) => e.textContent.includes(%q))`, selector, text))
}

// press clicks the first element, such as a button, that has the selector and
// exactly the text, once there is one that can be clicked.
func (p *tab) press(selector, text string) {
	p.Helper()
	found := fmt.Sprintf(`[...document.querySelectorAll(%q)].find((e) => e.textContent.trim() === %q && !e.disabled)`, selector, text)
	p.until(`Boolean(` + found + `)`)
	p.eval(found+`.click()`, nil)
}

// fill types into an input as a person does, as far as the page can tell.
func (p *tab) fill(selector, value string) {
	p.Helper()
	p.until(fmt.Sprintf(`Boolean(document.querySelector(%q))`, selector))
	p.eval(fmt.Sprintf(`{ const e = document.querySelector(%q); e.value = %q; e.dispatchEvent(new Event('input', { bubbles: true })); e.dispatchEvent(new Event('change', { bubbles: true })) }`, selector, value), nil)
}

func (p *tab) eval(expression string, into any) {
	p.Helper()
	p.run(chromedp.Evaluate(expression, into))
}

// picture takes a picture of the whole page, if the flag -pictures asks for it.
func (p *tab) picture(name string) {
	p.Helper()
	if *picturesTo == "" {
		return
	}
	var png []byte
	p.run(chromedp.FullScreenshot(&png, 100))
	if err := os.WriteFile(filepath.Join(*picturesTo, name+".png"), png, 0o600); err != nil {
		p.Fatal(err)
	}
}

// use goes on with the console of another mock.
func (p *tab) use(m mock) {
	p.Helper()
	p.run(chromedp.Navigate("about:blank"))
	p.quiet(m.origin())
	p.mu.Lock()
	defer p.mu.Unlock()
	p.base, p.hosts = m.ControlURL(), map[string]bool{}
}

// quiet fails if the page complained, or asked any other host than it may.
func (p *tab) quiet(allowed ...string) {
	p.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, trouble := range p.troubles {
		p.Errorf("the page complained: %s", trouble)
	}
	for _, host := range append(allowed, p.base) {
		delete(p.hosts, host)
	}
	for host := range p.hosts {
		p.Errorf("got a request to %s, want them to %s alone", host, p.base)
	}
}
