package console_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"example.com/assay/mockserver"
)

// TestToken opens the console of a mock that others can reach, by a name.
func TestToken(t *testing.T) {
	const name = "mock.example"
	browser := startBrowser(t, chromedp.Flag("host-resolver-rules", "MAP "+name+" 127.0.0.1"))
	m := startMock(t, mockserver.Config{ControlToken: "open-sesame", ControlHosts: []string{name}})
	in := m.Institutions()[0]
	m.ask(t, in.Key(), http.MethodGet, "/entities", "")
	p := newTab(t, browser, strings.Replace(m.ControlURL(), "127.0.0.1", name, 1))
	p.open("journal", in.ID())
	p.shows("main p", "Enter the token")
	p.until(`document.activeElement.name === 'token' && document.activeElement.type === 'password'`)
	p.accessible("the token page", readAxe(t))
	p.picture("token")
	p.fill("[name=token]", "close-sesame")
	p.press("form button", "Continue")
	p.shows("[role=alert]", "Wrong token")
	p.fill("[name=token]", "open-sesame")
	p.press("form button", "Continue")
	p.shows("h1 .badge", "live") // a stream has the token, too
	p.shows(".row .url", "/entities")
	var kept struct{ Address, Cookies, Forever string }
	p.eval(`({ Address: location.href, Cookies: document.cookie, Forever: JSON.stringify({ ...localStorage }) })`, &kept)
	if strings.Contains(kept.Address, "sesame") || kept.Cookies != "" || kept.Forever != "{}" {
		t.Errorf("token: got %+v, want it kept for the tab alone", kept)
	}
	p.run(chromedp.Reload())
	p.shows("h1 .badge", "live") // it is not asked for again

	p.open("institutions", in.ID())
	p.press(".key button", "Copy") // a browser lets no page copy that came by plain HTTP from elsewhere
	p.until(`document.querySelector('dialog textarea')?.value === '` + in.Key() + `'`)
	p.until(`(() => { const a = document.activeElement; return a.selectionEnd - a.selectionStart === ` + fmt.Sprint(len(in.Key())) + ` })()`)
	p.accessible("copying by hand", readAxe(t))
	p.press("dialog button", "Close")
	p.open("contract", in.ID(), "getAssessment")
	p.fill("article input[required]", guide)
	p.press("article form button", "Send")
	p.shows("article", "No response that the browser may show") // the mock allows no such origin
	p.troubles = nil
	p.quiet(strings.Replace(m.origin(), "127.0.0.1", name, 1))

	other := newTab(t, browser, p.base)
	other.open("journal", in.ID())
	other.shows("main p", "Enter the token")
}

// TestFraming puts the console into a page of another origin, and of its own.
func TestFraming(t *testing.T) {
	m := startMock(t, mockserver.Config{})
	plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<!doctype html><title>elsewhere</title>")
	}))
	defer plain.Close()
	frames := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<!doctype html><title>frames</title><iframe src="%s"></iframe><iframe src="%s/console/"></iframe>`, plain.URL, m.ControlURL())
	}))
	defer frames.Close()
	p := newTab(t, startBrowser(t), frames.URL)
	p.run(chromedp.Navigate(frames.URL))
	var refused []string
	p.run(chromedp.ActionFunc(func(ctx context.Context) error {
		tree, err := page.GetFrameTree().Do(ctx)
		for _, child := range tree.ChildFrames {
			refused = append(refused, child.Frame.UnreachableURL)
		}
		return err
	}))
	if want := m.ControlURL() + "/console/"; len(refused) != 2 || refused[0] != "" || refused[1] != want {
		t.Errorf("refused frames: got %q, want %s alone", refused, want)
	}
}
