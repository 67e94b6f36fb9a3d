package report_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"example.com/assay/conformance/report"
)

func TestGoldenHTML(t *testing.T) {
	t.Parallel()
	golden(t, "passing.html", written(t, "html", passing()))
	golden(t, "failing.html", written(t, "html", failing()))
}

// elements parses a page as a browser would, and lists what is in it.
func elements(t *testing.T, page []byte) []*html.Node {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var list []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			list = append(list, n)
		}
	}
	return list
}

func attribute(n *html.Node, name string) (string, bool) {
	i := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
	if i < 0 {
		return "", false
	}
	return n.Attr[i].Val, true
}

func TestHTMLRunsAndLoadsNothing(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]*report.Report{"passing": passing(), "failing": failing(), "empty": {}} {
		for _, n := range elements(t, written(t, "html", r)) {
			switch n.Data {
			case "script", "img", "link", "iframe", "object", "embed", "base", "form", "image", "use", "foreignobject":
				t.Errorf("%s: expected no element that runs or loads anything, got <%s>", name, n.Data)
			}
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "src" || a.Key == "style" {
					t.Errorf("%s: expected no attribute that runs or loads anything, got %s=%q", name, a.Key, a.Val)
				}
			}
		}
	}
}

func TestHTMLLinksAreSafe(t *testing.T) {
	t.Parallel()
	allowed := regexp.MustCompile(`^(#[\w-]+|https://docs\.maxsight\.com/.*|data:(text/plain|application/octet-stream);base64,.*)$`)
	nodes := elements(t, written(t, "html", failing()))
	ids := map[string]bool{}
	for _, n := range nodes {
		if id, ok := attribute(n, "id"); ok {
			if ids[id] {
				t.Errorf("expected each id once, got %q twice", id)
			}
			ids[id] = true
		}
	}
	for _, n := range nodes {
		target, ok := attribute(n, "href")
		if !ok {
			continue
		}
		_, saved := attribute(n, "download")
		fragment, local := strings.CutPrefix(target, "#")
		switch {
		case !allowed.MatchString(target), strings.HasPrefix(target, "data:") && !saved:
			t.Errorf("expected a link within the page, to a guide, or to a file to save, got %q", target)
		case local && !ids[fragment]:
			t.Errorf("expected link %q to lead somewhere", target)
		}
	}
}

func TestHTMLIsGuardedByAPolicyThatFitsItsStyle(t *testing.T) {
	t.Parallel()
	nodes := elements(t, written(t, "html", failing()))
	i := slices.IndexFunc(nodes, func(n *html.Node) bool { return n.Data == "style" })
	sum := sha256.Sum256([]byte(nodes[i].FirstChild.Data))
	want := fmt.Sprintf("default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'", base64.StdEncoding.EncodeToString(sum[:]))
	for _, n := range nodes {
		if v, _ := attribute(n, "http-equiv"); v == "Content-Security-Policy" {
			if got, _ := attribute(n, "content"); got != want {
				t.Errorf("expected policy %q, got %q", want, got)
			}
			return
		}
	}
	t.Error("expected a Content-Security-Policy, got none")
}

func TestHTMLHasLandmarksAndHeadingsInOrder(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	level := 0
	for _, n := range elements(t, written(t, "html", failing())) {
		seen[n.Data]++
		if len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
			next := int(n.Data[1] - '0')
			if next > level+1 {
				t.Errorf("expected no level of headings left out, got h%d after h%d", next, level)
			}
			level = next
		}
	}
	for _, name := range []string{"header", "nav", "main", "footer", "h1", "title"} {
		if seen[name] != 1 {
			t.Errorf("expected one <%s>, got %d", name, seen[name])
		}
	}
}

func TestHTMLShowsWhatTheTargetSentAsText(t *testing.T) {
	t.Parallel()
	page := string(written(t, "html", failing()))
	for _, no := range []string{"\x1b", "\x00", "\u202e", "\u009b", "<script", "<img", "ZgotmplZ"} {
		if strings.Contains(page, no) {
			t.Errorf("expected no %q in the page", no)
		}
	}
	for _, want := range []string{"&lt;/script&gt;&lt;img src=x", "␛[31mred", "&lt;U&#43;202E&gt;evil", "{{.}}"} {
		if !strings.Contains(page, want) {
			t.Errorf("expected %q in the page", want)
		}
	}
}

func TestHTMLDrawsEveryOperation(t *testing.T) {
	t.Parallel()
	dots, charts := map[string]int{}, []string{}
	for _, n := range elements(t, written(t, "html", failing())) {
		if role, _ := attribute(n, "role"); role == "img" {
			label, _ := attribute(n, "aria-label")
			charts = append(charts, label)
		}
		if n.Data == "circle" {
			dots[charts[len(charts)-1]]++
		}
	}
	want := "getAssessment: 6 requests, median 1ms, 95th percentile 310ms, at most 310ms"
	if len(charts) != 3 || charts[1] != want {
		t.Errorf("expected three charts, the second one labelled %q, got %q", want, charts)
	}
	if dots[want] != 3 {
		t.Errorf("expected a dot for each of three times, got %d", dots[want])
	}
}

func TestHTMLDrawsTimesOfAnyLength(t *testing.T) {
	t.Parallel()
	for _, samples := range [][]time.Duration{{0}, {-time.Second}, {time.Second}, {1, time.Hour}} {
		r := passing()
		r.Latencies = []report.Latency{{Operation: "o", Count: len(samples), Samples: samples}}
		page := written(t, "html", r)
		if bytes.Contains(page, []byte("NaN")) || bytes.Contains(page, []byte("Inf")) {
			t.Errorf("%v: expected places between 0 and 100", samples)
		}
	}
}
