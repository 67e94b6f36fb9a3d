package gateways_test

import (
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/assay/conformance/gateways"
	"example.com/assay/conformance/internal/layer"
	"example.com/assay/conformance/mutants"
	"example.com/assay/openapi"
)

func TestGatewaysAreDescribed(t *testing.T) {
	t.Parallel()
	catalogue, err := openapi.LoadCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	id, seen, kinds := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`), map[string]bool{}, map[string]int{}
	for _, g := range gateways.All() {
		if seen[g.ID] || seen[g.How] || !id.MatchString(g.ID) || !strings.HasSuffix(g.How, ".") {
			t.Errorf("gateway %q, %q: want an ID and a sentence of its own", g.ID, g.How)
		}
		seen[g.ID], seen[g.How] = true, true
		kinds[g.Kind]++
		for _, requirement := range g.Blocks {
			if _, known := catalogue.Requirement(requirement); !known || !g.Partial {
				t.Errorf("gateway %s blocks %s: want a requirement, and Partial", g.ID, requirement)
			}
		}
		for _, hidden := range g.Hides {
			if _, known := mutants.Find(hidden); !known {
				t.Errorf("gateway %s hides the unknown mutant %s", g.ID, hidden)
			}
		}
	}
	for _, kind := range []string{"rate", "lock", "rewrite", "delay", "list"} {
		if kinds[kind] < 5 {
			t.Errorf("got %d gateways of kind %s, want at least 5", kinds[kind], kind)
		}
	}
}

// listing is a list of 25 assessments with offset and limit.
func listing() http.Handler {
	return layer.Handler(nil, layer.Target{}, func(x *layer.Exchange) *layer.Response {
		q := x.Request.URL.Query()
		var items []layer.Record
		for n := atoi(q.Get("offset")); n < min(25, atoi(q.Get("offset"))+atoi(q.Get("limit"))); n++ {
			items = append(items, layer.Record{"id": string(rune('a' + n))})
		}
		return layer.Reply(http.StatusOK, layer.Encode(layer.Record{"count": 25, "results": items}))
	})
}

func atoi(s string) int {
	n := 0
	for _, r := range s {
		n = 10*n + int(r-'0')
	}
	return n
}

// TestListsAreComplete follows each form of paging to its end.
func TestListsAreComplete(t *testing.T) {
	t.Parallel()
	next := map[string]func(body layer.Record, header http.Header, page, last string) string{
		"list-link-header": func(_ layer.Record, h http.Header, _, _ string) string {
			_, link, _ := strings.Cut(h.Get("Link"), "?")
			link, _, _ = strings.Cut(link, ">")
			return link
		},
		"list-page-token": func(body layer.Record, _ http.Header, _, _ string) string {
			if token := layer.StringOf(body, "next_page_token"); token != "" {
				return "page_token=" + token
			}
			return ""
		},
		"list-has-more": func(body layer.Record, _ http.Header, _, last string) string {
			if body["has_more"] == true {
				return "starting_after=" + last
			}
			return ""
		},
	}
	for _, g := range gateways.All() {
		follow := next[g.ID]
		if follow == nil {
			continue
		}
		t.Run(g.ID, func(t *testing.T) {
			t.Parallel()
			transport := layer.InProcess{Handler: g.Wrap(listing(), layer.Target{})}
			var got []string
			query := ""
			for range 10 {
				r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1/v5/assessments?"+query, http.NoBody)
				if err != nil {
					t.Fatal(err)
				}
				resp, err := transport.RoundTrip(r)
				if err != nil {
					t.Fatal(err)
				}
				a := layer.Reply(0, "")
				_, err = io.Copy(a, resp.Body)
				resp.Body.Close()
				if err != nil {
					t.Fatal(err)
				}
				for _, item := range a.Records() {
					got = append(got, layer.IDOf(item))
				}
				body, _ := layer.Decode(a.Body).(layer.Record)
				if query = follow(body, resp.Header, query, got[len(got)-1]); query == "" {
					break
				}
			}
			slices.Sort(got)
			if n := len(slices.Compact(got)); n != 25 {
				t.Errorf("got %d assessments, want 25", n)
			}
		})
	}
}
