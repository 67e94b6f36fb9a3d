package console_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"example.com/assay/mockserver"
)

// TestFiles saves what the console gives away as files, and reads them.
func TestFiles(t *testing.T) {
	b := startBrowser(t)
	m := startMock(t, mockserver.Config{})
	in := m.institution(t, mockserver.InstitutionOptions{Name: "with files"})
	m.ask(t, in.Key(), "GET", "/entities?kept=1", "")
	m.ask(t, in.Key(), "GET", "/templates", "")
	if _, err := in.Snapshot("saved"); err != nil {
		t.Fatal(err)
	}
	p := newTab(t, b, m.ControlURL())
	to := t.TempDir()
	p.run(chromedp.ActionFunc(func(ctx context.Context) error {
		return browser.SetDownloadBehavior(browser.SetDownloadBehaviorBehaviorAllow).WithDownloadPath(to).WithEventsEnabled(true).
			Do(cdp.WithExecutor(ctx, chromedp.FromContext(ctx).Browser))
	}))
	saved := saves(b, to)

	p.open("journal", in.ID())
	p.fill("input[type=search]", "kept=1")
	p.shows(".pages", "1 found")
	p.press(".bar button", "Save as HAR")
	var archive mockserver.HAR
	if name, content := p.saved(saved); name != "assay.har" || json.Unmarshal(content, &archive) != nil || len(archive.Log.Entries) != 1 || strings.Contains(string(content), in.Key()) {
		t.Errorf("got %s, want an archive of the one exchange that was searched for, without the key:\n%s", name, content)
	}
	p.open("institutions", in.ID())
	p.until(`Boolean(document.querySelector('[aria-label="Export with files"]'))`)
	p.eval(`document.querySelector('[aria-label="Export with files"]').click()`, nil)
	p.fixtures(saved, "with files.yaml", in)
	p.open("snapshots", in.ID())
	p.press("tbody button", "Export")
	p.fixtures(saved, "saved.yaml", in)
	p.quiet(m.origin())
}

// saves tells of each file that a browser has saved in a folder.
func saves(ctx context.Context, folder string) <-chan string {
	done, names := make(chan string, 8), map[string]string{}
	chromedp.ListenBrowser(ctx, func(event any) {
		switch e := event.(type) {
		case *browser.EventDownloadWillBegin:
			names[e.GUID] = filepath.Join(folder, e.SuggestedFilename)
		case *browser.EventDownloadProgress:
			if e.State == browser.DownloadProgressStateCompleted {
				done <- names[e.GUID]
			}
		}
	})
	return done
}

// saved waits for the next file, and reads it.
func (p *tab) saved(files <-chan string) (name string, content []byte) {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	select {
	case file := <-files:
		content, err := os.ReadFile(file)
		if err != nil {
			p.Fatal(err)
		}
		return filepath.Base(file), content
	case <-ctx.Done():
		p.Fatal("got no file, want one saved")
		return "", nil
	}
}

// fixtures reads the next file, of which a mock can be made.
func (p *tab) fixtures(files <-chan string, want string, in *mockserver.Institution) {
	p.Helper()
	name, content := p.saved(files)
	if name != want {
		p.Errorf("got %s, want %s", name, want)
	}
	again, err := mockserver.New(mockserver.Config{Fixtures: content})
	if err != nil {
		p.Fatalf("%s: got %v, want usable fixtures:\n%s", name, err, content)
	}
	if _, err := again.Institutions()[0].Assessment(guide); err != nil {
		p.Errorf("%s: got %v, want the assessments of %s", name, err, in.Name())
	}
}

// TestClipboard copies a key, and a command that works.
func TestClipboard(t *testing.T) {
	b := startBrowser(t)
	m := startMock(t, mockserver.Config{})
	in := m.institution(t, mockserver.InstitutionOptions{Name: "with keys"})
	m.ask(t, in.Key(), "POST", "/assessments", `{"it":"isn't"}`)
	p := newTab(t, b, m.ControlURL())
	p.run(emulation.SetFocusEmulationEnabled(true))
	for _, name := range []string{"clipboard-read", "clipboard-write"} {
		p.run(chromedp.ActionFunc(func(ctx context.Context) error {
			return browser.SetPermission(&browser.PermissionDescriptor{Name: name}, browser.PermissionSettingGranted).WithOrigin(m.ControlURL()).
				Do(cdp.WithExecutor(ctx, chromedp.FromContext(ctx).Browser))
		}))
	}
	p.open("institutions", in.ID())
	p.until(`Boolean(document.querySelector('[aria-label="Copy a key of with keys"]'))`)
	p.eval(`document.querySelector('[aria-label="Copy a key of with keys"]').click()`, nil)
	p.shows(".key button", "Copied")
	p.copied(in.Key())
	p.open("journal", in.ID())
	p.shows(".row .url", "/assessments")
	p.eval(`document.querySelector('.row').click()`, nil)
	p.press(".detail button", "Copy as curl")
	p.shows(".detail button", "Copied")
	explained, err := in.Explain("1")
	if err != nil {
		t.Fatal(err)
	}
	p.copied(explained.Curl)
	p.quiet(m.origin())
}

// copied fails if the clipboard has another text.
func (p *tab) copied(want string) {
	p.Helper()
	var got string
	p.run(chromedp.Evaluate(`navigator.clipboard.readText()`, &got, awaited))
	if got != want {
		p.Errorf("the clipboard: got %q, want %q", got, want)
	}
}
