package mockserver_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"example.com/assay/mockserver"
)

// listing is how a client reads a list of one form, from page to page.
type listing struct {
	first string
	next  func(answer []byte) (ids []string, query string, err error) // query: of the next page; empty: none
}

func listings(size int) map[string]listing {
	return map[string]listing{
		"token-page": {fmt.Sprintf("max_page_size=%d", size), func(answer []byte) ([]string, string, error) {
			var p page
			err := json.Unmarshal(answer, &p)
			if err != nil || p.Next == nil {
				return idsOf(p.Items), "", err
			}
			return idsOf(p.Items), fmt.Sprintf("max_page_size=%d&page_token=%s", size, url.QueryEscape(*p.Next)), nil
		}},
		"offset-page": {fmt.Sprintf("limit=%d", size), func(answer []byte) ([]string, string, error) {
			var p offsetPage
			err := json.Unmarshal(answer, &p)
			if next := p.Offset + len(p.Results); err == nil && next < p.Count && len(p.Results) > 0 {
				return idsOf(p.Results), fmt.Sprintf("limit=%d&offset=%d", size, next), nil
			}
			return idsOf(p.Results), "", err
		}},
		"array": {"", func(answer []byte) ([]string, string, error) {
			var all []record
			err := json.Unmarshal(answer, &all)
			return idsOf(all), "", err
		}},
	}
}

func idsOf(items []record) []string {
	ids := make([]string, len(items))
	for i, item := range items {
		ids[i] = item.ID
	}
	return ids
}

// TestPagesMissNothing reads lists from page to page while others create and cancel. An
// assessment that exists throughout is shown once. Offsets count from the front: where
// new assessments come first, one may be shown twice, and in a shuffled list they promise
// nothing.
func TestPagesMissNothing(t *testing.T) {
	t.Parallel()
	for shape := range listings(1) {
		for _, order := range []string{"newest-first", "oldest-first", "shuffled"} {
			if shape == "offset-page" && order == "shuffled" {
				continue
			}
			t.Run(shape+" "+order, func(t *testing.T) {
				t.Parallel()
				s := newServer(t, mockserver.Config{})
				for n := range uint64(125) { // 1,000 in all
					in := newInstitution(t, s, mockserver.InstitutionOptions{Settings: map[string]string{"list-shape": shape, "list-order": order}})
					seen, throughout := pagingSession(t, s, in.Key(), shape, rand.New(rand.NewPCG(n, 0)))
					for _, id := range throughout {
						if seen[id] != 1 && (shape != "offset-page" || order == "oldest-first" || seen[id] == 0) {
							t.Errorf("session %d, assessment %s: shown %d times", n, id, seen[id])
						}
					}
					in.Delete()
				}
			})
		}
	}
}

// pagingSession reads the list in small pages beside two writers. It returns how often
// each assessment was shown, and the IDs of those that were there from the beginning.
func pagingSession(t *testing.T, s http.Handler, key, shape string, r *rand.Rand) (seen map[string]int, throughout []string) {
	t.Helper()
	throughout = readList(t, s, key, listings(50)[shape])
	var writers sync.WaitGroup
	for writer := range 2 {
		writers.Go(func() {
			for i := range 8 {
				serve(s, request(http.MethodPost, "/v5/assessments", key, newAssessment))
				serve(s, request(http.MethodPost, "/v5/assessments/"+throughout[(writer+2*i)%len(throughout)]+"/cancel-workflow", key, ""))
			}
		})
	}
	seen = map[string]int{}
	for _, id := range readList(t, s, key, listings(1 + r.IntN(9))[shape]) {
		seen[id]++
	}
	writers.Wait()
	return seen, throughout
}

// readList returns the IDs that the pages of the list show.
func readList(t *testing.T, s http.Handler, key string, l listing) (all []string) {
	t.Helper()
	for query := l.first; ; {
		w := serve(s, request(http.MethodGet, "/v5/assessments?"+query, key, ""))
		ids, next, err := l.next(w.Body.Bytes())
		if err != nil || w.Code != http.StatusOK {
			t.Fatalf("%s: got %d %s, %v", query, w.Code, w.Body, err)
		}
		if all = append(all, ids...); next == "" {
			return all
		}
		query = next
	}
}

// TestPagesThatThereAreNot asks for pages by tokens and sizes that no list has given.
func TestPagesThatThereAreNot(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	const first = "/v5/assessments?max_page_size=3"
	token := *decode[page](t, do(s, http.MethodGet, first, "")).Next
	templates := *decode[page](t, do(s, http.MethodGet, "/v5/assessments/templates?max_page_size=1", "")).Next
	tests := map[string]struct {
		key, query string
		want       int
	}{
		"the token":                 {"API_KEY", "max_page_size=5&page_token=" + token, 200},
		"no token":                  {"API_KEY", "page_token=", 200},
		"of another list":           {"API_KEY", "page_token=" + templates, 400},
		"of another institution":    {"OTHER_API_KEY", "page_token=" + token, 400},
		"truncated":                 {"API_KEY", "page_token=" + token[:len(token)-1], 400},
		"longer":                    {"API_KEY", "page_token=" + token + "A", 400},
		"an ID":                     {"API_KEY", "page_token=" + guideID, 400},
		"control characters":        {"API_KEY", "page_token=%00%0a" + token, 400},
		"of 100,000 characters":     {"API_KEY", "page_token=" + strings.Repeat("A", 60_000), 400},
		"twice":                     {"API_KEY", "page_token=" + token + "&page_token=" + token, 400},
		"size 0":                    {"API_KEY", "max_page_size=0", 400},
		"size -1":                   {"API_KEY", "max_page_size=-1", 400},
		"size 10^9":                 {"API_KEY", "max_page_size=1000000000", 400},
		"size 1000":                 {"API_KEY", "max_page_size=1000", 200},
		"parameters of offsets":     {"API_KEY", "limit=1&offset=24", 200},
		"wrong ones of offsets too": {"API_KEY", "limit=0", 400},
	}
	for name, tt := range tests {
		w := serve(s, request(http.MethodGet, "/v5/assessments?"+tt.query, tt.key, ""))
		if w.Code != tt.want {
			t.Errorf("%s: got %d %.300s, want %d", name, w.Code, w.Body, tt.want)
		}
	}
	if err := s.Institutions()[0].Reset(); err != nil {
		t.Fatal(err)
	}
	if w := do(s, http.MethodGet, first+"&page_token="+token, ""); w.Code != http.StatusOK {
		t.Errorf("after a reset: got %d %s, want the same page", w.Code, w.Body)
	}
}
