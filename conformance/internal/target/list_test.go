package target_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/internal/target"
)

type object = map[string]any

var key = client.NewKey("$KEY", "secret") //nolint:gochecknoglobals // a constant in all but the keyword

// session returns a Session with a server behind it.
func session(t *testing.T, c target.Config, handler http.HandlerFunc) *target.Session {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	base, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	c.Client = client.New(client.Options{
		BaseURL: base, Timeout: 10 * time.Second, UserAgent: "test", Transport: http.DefaultTransport, Redactor: client.NewRedactor(key),
	})
	return target.New(c).Session("test", func(*client.Exchange) {})
}

func item(n int) object {
	return object{"id": fmt.Sprintf("00000000-0000-4000-8000-%012d", n), "workflow_state": "Active"}
}

func items(from, to int) []object {
	all := []object{}
	for n := from; n < to; n++ {
		all = append(all, item(n))
	}
	return all
}

func send(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(body); err != nil {
		panic(err)
	}
}

// total is how many items the servers of these tests list, in pages of ten.
const total, size = 25, 10

// list answers with one page, of which the query parameter is the start.
func list(param string, start func(string) int, form func(w http.ResponseWriter, r *http.Request, from, to int) any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		from := max(0, min(total, start(r.URL.Query().Get(param))))
		send(w, form(w, r, from, min(total, from+size)))
	}
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

func byPage(first int) func(string) int {
	return func(s string) int {
		if s == "" {
			return 0
		}
		return (number(s) - first) * size
	}
}

func byToken(s string) int { return number(strings.TrimPrefix(s, "t")) }

// afterID is the position behind the item with the ID.
func afterID(s string) int {
	if s == "" {
		return 0
	}
	return number(s[max(0, len(s)-12):]) + 1
}

func token(to int) any {
	if to == total {
		return nil
	}
	return "t" + strconv.Itoa(to)
}

// next returns a link to the page from there, or "" after the last one.
func next(r *http.Request, param string, to int) any {
	if to == total {
		return nil
	}
	return "http://" + r.Host + r.URL.Path + "?" + param + "=t" + strconv.Itoa(to)
}

func pageOf(from int) int { return from/size + 1 }

func bare(_ http.ResponseWriter, _ *http.Request, from, to int) any { return items(from, to) }

type form = func(w http.ResponseWriter, r *http.Request, from, to int) any

func envelope(members func(from, to int) object) form {
	return func(_ http.ResponseWriter, _ *http.Request, from, to int) any {
		all := members(from, to)
		if all["items"] == nil {
			all["items"] = items(from, to)
		}
		return all
	}
}

func forms() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"Link header": list("at", byToken, func(w http.ResponseWriter, r *http.Request, from, to int) any {
			if link := next(r, "at", to); link != nil {
				w.Header().Set("Link", fmt.Sprintf(`<http://%s/assessments?at=t0>; rel="first", <%s>; rel="next"`, r.Host, link))
			} else {
				w.Header().Set("Link", fmt.Sprintf(`<http://%s/assessments?at=t0>; rel="first"`, r.Host))
			}
			return items(from, to)
		}),
		"Link header without quotes, absent on the last page": list("page", byPage(1), func(w http.ResponseWriter, r *http.Request, from, to int) any {
			if to < total {
				w.Header().Set("Link", fmt.Sprintf(`</assessments?page=%d>; rel=next`, pageOf(to)))
			}
			return items(from, to)
		}),
		"next link in the body": list("at", byToken, func(_ http.ResponseWriter, r *http.Request, from, to int) any {
			return object{"data": items(from, to), "next": next(r, "at", to)}
		}),
		"HAL": list("at", byToken, func(_ http.ResponseWriter, r *http.Request, from, to int) any {
			links := object{"self": object{"href": r.URL.String()}, "first": object{"href": "/assessments?at=t0"}}
			if link := next(r, "at", to); link != nil {
				links["next"] = object{"href": link}
			}
			return object{"_embedded": object{"assessments": items(from, to)}, "_links": links}
		}),
		"JSON:API": list("page[cursor]", byToken, func(_ http.ResponseWriter, r *http.Request, from, to int) any {
			return object{"data": items(from, to), "links": object{"next": next(r, "page[cursor]", to)}}
		}),
		"list of links": list("at", byToken, func(_ http.ResponseWriter, r *http.Request, from, to int) any {
			links := []object{{"rel": "first", "href": "/assessments?at=t0"}}
			if link := next(r, "at", to); link != nil {
				links = append(links, object{"rel": "next", "href": link})
			}
			return object{"items": items(from, to), "links": links}
		}),
		"OData": list("$skiptoken", byToken, func(_ http.ResponseWriter, r *http.Request, from, to int) any {
			body := object{"value": items(from, to)}
			if link := next(r, "$skiptoken", to); link != nil {
				body["@odata.nextLink"] = link
			}
			return body
		}),
		"token deep in the body": list("page_token", byToken, envelope(func(_, to int) object {
			return object{"meta": object{"pagination": object{"next_page_token": token(to)}}}
		})),
		"token under its own name": list("continuation", byToken, envelope(func(_, to int) object { return object{"continuation": token(to)} })),
		"nextToken":                list("nextToken", byToken, envelope(func(_, to int) object { return object{"nextToken": token(to)} })),
		"cursor of a connection": list("after", byToken, envelope(func(_, to int) object {
			return object{"pageInfo": object{"hasNextPage": to < total, "endCursor": "t" + strconv.Itoa(to)}}
		})),
		"page numbers with a total": list("page", byPage(1), envelope(func(from, _ int) object { return object{"page": pageOf(from), "total_pages": 3} })),
		"page numbers in text": list("page", byPage(1), envelope(func(from, _ int) object {
			return object{"page": strconv.Itoa(pageOf(from)), "total": strconv.Itoa(total)}
		})),
		"page numbers from 0": list("page", byPage(0), envelope(func(from, _ int) object {
			return object{"number": from / size, "size": size, "totalPages": 3, "totalElements": total}
		})),
		"page numbers, no end stated": list("page", byPage(1), envelope(func(from, _ int) object { return object{"current_page": pageOf(from)} })),
		"next page in a header": list("page", byPage(1), func(w http.ResponseWriter, _ *http.Request, from, to int) any {
			w.Header().Set("X-Next-Page", "")
			if to < total {
				w.Header().Set("X-Next-Page", strconv.Itoa(pageOf(to)))
			}
			return items(from, to)
		}),
		"offset and total":           list("offset", number, envelope(func(from, _ int) object { return object{"offset": from, "limit": size, "total_count": total} })),
		"skip and total":             list("skip", number, envelope(func(from, _ int) object { return object{"skip": from, "take": size, "totalCount": total} })),
		"offset, no total":           list("offset", number, envelope(func(from, _ int) object { return object{"offset": from, "limit": size} })),
		"has_more with the last ID":  list("starting_after", afterID, envelope(func(_, to int) object { return object{"has_more": to < total} })),
		"last flag with the last ID": list("after", afterID, envelope(func(_, to int) object { return object{"last": to == total} })),
		"Content-Range with offset": list("offset", number, func(w http.ResponseWriter, _ *http.Request, from, to int) any {
			w.Header().Set("Content-Range", fmt.Sprintf("items %d-%d/%d", from, to-1, total))
			return items(from, to)
		}),
		"X-Total-Count with pages": list("page", byPage(1), func(w http.ResponseWriter, _ *http.Request, from, to int) any {
			w.Header().Set("X-Total-Count", strconv.Itoa(total))
			return items(from, to)
		}),
		"X-Pagination": list("page", byPage(1), func(w http.ResponseWriter, _ *http.Request, from, to int) any {
			w.Header().Set("X-Pagination", fmt.Sprintf(`{"TotalCount":%d,"CurrentPage":%d}`, total, pageOf(from)))
			return items(from, to)
		}),
		"bare array with hidden pages":        list("page", byPage(1), bare),
		"bare array with hidden pages from 0": list("page", byPage(0), bare),
		"bare array with a hidden offset":     list("offset", number, bare),
		"404 behind the last page": func(w http.ResponseWriter, r *http.Request) {
			from := byPage(1)(r.URL.Query().Get("page"))
			if from >= total {
				w.WriteHeader(http.StatusNotFound)
				return
			}
			send(w, object{"page": pageOf(from), "items": items(from, min(total, from+size))})
		},
		"the last page again behind it": list("page", func(s string) int { return min(20, byPage(1)(s)) }, bare),
		"count of the page":             list("offset", number, envelope(func(from, to int) object { return object{"count": to - from, "offset": from, "limit": size} })),
	}
}

// TestListFollowsForms: each common form of paging leads to every item, and to a
// list that is known to be complete.
func TestListFollowsForms(t *testing.T) {
	t.Parallel()
	for name, handler := range forms() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := session(t, target.Config{ListRequests: 100}, handler)
			for range 2 { // the second time what was learned helps
				l, err := s.List(t.Context(), target.Reading{Operation: target.ListAssessments, Key: key})
				if err != nil {
					t.Fatal(err)
				}
				if l.Count != total || !l.Complete {
					t.Errorf("got %d items, complete %t (%s), want %d and true", l.Count, l.Complete, l.Why, total)
				}
			}
		})
	}
}

// TestListWithoutEnd: a list that shows neither its end nor the way to another page
// is not complete.
func TestListWithoutEnd(t *testing.T) {
	t.Parallel()
	tests := map[string]http.HandlerFunc{
		"bare array":           list("seite", byPage(1), bare),
		"an unknown parameter": list("seite", byPage(1), envelope(func(from, _ int) object { return object{"seite": pageOf(from)} })),
		"a total out of reach": list("seite", byPage(1), envelope(func(_, _ int) object { return object{"total": total} })),
		"a total in a header": list("seite", byPage(1), func(w http.ResponseWriter, r *http.Request, from, to int) any {
			w.Header().Set("X-Total-Count", "25")
			return items(from, to)
		}),
		"more, and no way there": list("seite", byPage(1), envelope(func(_, _ int) object { return object{"has_more": true} })),
		"a link without a query": list("seite", byPage(1), envelope(func(_, _ int) object { return object{"next": "https://example.com/seite/2"} })),
		"a count of the page":    list("seite", byPage(1), envelope(func(from, to int) object { return object{"count": to - from} })),
		"refused parameters": func(w http.ResponseWriter, r *http.Request) {
			if r.URL.RawQuery != "" {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			send(w, items(0, size))
		},
	}
	for name, handler := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := session(t, target.Config{}, handler)
			for range 2 {
				l, err := s.List(t.Context(), target.Reading{Operation: target.ListAssessments, Key: key})
				if err != nil {
					t.Fatal(err)
				}
				if l.Complete || l.Why == "" || l.Count != size {
					t.Errorf("got %d items, complete %t, why %q; want %d, false and a reason", l.Count, l.Complete, l.Why, size)
				}
			}
		})
	}
}

// TestListThatGrows: a bare array that shows what was created, and still all that
// it showed before, is complete; one that is cut off is not.
func TestListThatGrows(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		show func([]object) []object
		want bool
	}{
		"whole":                     {func(all []object) []object { return all }, true},
		"the ten oldest":            {func(all []object) []object { return all[:size] }, false},
		"the ten newest":            {func(all []object) []object { return all[len(all)-size:] }, false},
		"without the last one made": {func(all []object) []object { return all[:len(all)-1] }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := items(0, size)
			s := session(t, target.Config{Writes: true}, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost {
					all = append(all, item(len(all)))
					send(w, all[len(all)-1])
					return
				}
				send(w, test.show(slices.Clone(all)))
			})
			reading := target.Reading{Operation: target.ListAssessments, Key: key}
			if l, err := s.List(t.Context(), reading); err != nil || l.Complete || !l.NoEnd {
				t.Fatalf("before: got %+v, %v, want a list without an end", l, err)
			}
			if _, err := s.Send(t.Context(), target.Call(target.CreateAssessment, key, "", []byte(`{}`))); err != nil {
				t.Fatal(err)
			}
			if l, err := s.List(t.Context(), reading); err != nil || l.Complete != test.want {
				t.Errorf("after: got complete %t (%s), %v, want %t", l.Complete, l.Why, err, test.want)
			}
		})
	}
}

// TestListOfMany: an item at the end of 20,000 is found with few requests, a search
// for none reads the list to its end, and a limit of requests is named.
func TestListOfMany(t *testing.T) {
	t.Parallel()
	const many = 20_000
	handler := func(w http.ResponseWriter, r *http.Request) {
		limit, offset := number(r.URL.Query().Get("limit")), number(r.URL.Query().Get("offset"))
		switch {
		case limit == 0:
			limit = 25
		case limit < 25 || limit > 200:
			w.WriteHeader(http.StatusUnprocessableEntity)
			return
		}
		send(w, object{"results": items(min(offset, many), min(offset+limit, many)), "count": many, "limit": limit, "offset": offset})
	}
	tests := []struct {
		name     string
		limit    int
		id       int
		found    bool
		complete bool
		why      string
		requests int
	}{
		{name: "the last", limit: 20, id: many - 1, found: true, requests: 10},
		{name: "none", limit: 200, id: many, complete: true, requests: 110},
		{name: "none, with few requests", limit: 20, id: many, why: "20 requests that --list-requests allows", requests: 20},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := session(t, target.Config{ListRequests: tt.limit}, handler)
			l, err := s.List(t.Context(), target.Reading{Operation: target.ListAssessments, Key: key, Find: target.ByID(item(tt.id)["id"].(string))})
			if err != nil {
				t.Fatal(err)
			}
			if (l.Found != nil) != tt.found || l.Complete != tt.complete || !strings.Contains(l.Why, tt.why) || l.Pages > tt.requests {
				t.Errorf("got found %v, complete %t (%s) after %d pages; want %+v", l.Found, l.Complete, l.Why, l.Pages, tt)
			}
		})
	}
}

// TestListOfManyInOneBody: a bare array of 20,000 assessments, 15 MiB, is read to
// its end.
func TestListOfManyInOneBody(t *testing.T) {
	t.Parallel()
	const many = 20_000
	var body strings.Builder
	for n := range many {
		fmt.Fprintf(&body, `,{"id":"00000000-0000-4000-8000-%012d","x":%q}`, n, strings.Repeat("x", 700))
	}
	text := "[" + body.String()[1:] + "]"
	s := session(t, target.Config{}, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Total-Count", strconv.Itoa(many))
		_, _ = w.Write([]byte(text))
	})
	for _, test := range []struct {
		id    int
		found bool
	}{{many - 1, true}, {many, false}} {
		id, _ := item(test.id)["id"].(string)
		l, err := s.List(t.Context(), target.Reading{Operation: target.ListAssessments, Key: key, Find: target.ByID(id)})
		if err != nil {
			t.Fatal(err)
		}
		if (l.Found != nil) != test.found || l.Count != many || l.Complete == test.found {
			t.Errorf("got found %v among %d items, complete %t (%s), want found %t among %d", l.Found, l.Count, l.Complete, l.Why, test.found, many)
		}
	}
}

// TestANewItemIsNoProofOfPaging finds an item that is created while a page is guessed: the
// guess showed the first page again, and teaches nothing about the pages of a longer list.
func TestANewItemIsNoProofOfPaging(t *testing.T) {
	t.Parallel()
	count := 9
	s := session(t, target.Config{}, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("page") == "2" {
			count = max(count, 10) // somebody creates the tenth
		}
		from := byToken(r.URL.Query().Get("page_token"))
		page := object{"items": items(from, min(count, from+size))}
		if count > from+size {
			page["next_page_token"] = token(from + size)
		}
		send(w, page)
	})
	reading := target.Reading{Operation: target.ListAssessments, Key: key, Find: target.ByID(item(9)["id"].(string))}
	if l, err := s.List(t.Context(), reading); err != nil || l.Found == nil {
		t.Fatalf("got %+v, %v, want it found", l, err)
	}
	count = 15
	if l, err := s.List(t.Context(), target.Reading{Operation: target.ListAssessments, Key: key}); err != nil || l.Count != 15 || !l.Complete {
		t.Errorf("got %+v, %v, want a complete list of 15", l, err)
	}
}

// TestPageSizesAreLearned finds the parameter that makes pages smaller.
func TestPageSizesAreLearned(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"max_page_size", "limit", "pageSize", ""} {
		requests := 0
		s := session(t, target.Config{}, func(w http.ResponseWriter, r *http.Request) {
			requests++
			n := number(r.URL.Query().Get(name))
			if len(r.URL.Query()) > 0 && !r.URL.Query().Has(name) {
				w.WriteHeader(http.StatusBadRequest) // another parameter
				return
			}
			if n == 0 {
				n = size
			}
			send(w, items(0, n))
		})
		r := target.Reading{Operation: target.ListAssessments, Key: key}
		l, err := s.List(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			requests = 0
			if got, err := s.SizeName(t.Context(), r, l); err != nil || got != name {
				t.Errorf("got %q, %v, want %q", got, err, name)
			}
		}
		if requests > 0 {
			t.Errorf("%q: asked again", name)
		}
	}
}

// TestAListThatGrowsAtItsFront shows a page of known items only, since as many were
// created meanwhile: the list goes on behind it.
func TestAListThatGrowsAtItsFront(t *testing.T) {
	t.Parallel()
	count, grows := 45, false
	s := session(t, target.Config{}, func(w http.ResponseWriter, r *http.Request) {
		from := min(count, number(r.URL.Query().Get("offset")))
		if grows && from == 10 {
			count += 10 // between the first page and the second
		}
		page := []object{}
		for n := from; n < min(count, from+size); n++ {
			page = append(page, item(count-1-n)) // newest first
		}
		w.Header().Set("X-Total-Count", strconv.Itoa(count))
		send(w, page)
	})
	reading := target.Reading{Operation: target.ListAssessments, Key: key}
	if l, err := s.List(t.Context(), reading); err != nil || l.Count != 45 || !l.Complete {
		t.Fatalf("got %+v, %v, want a complete list of 45", l, err)
	}
	grows = true
	if l, err := s.List(t.Context(), reading); err != nil || !l.Has(item(0)["id"].(string)) {
		t.Errorf("got %d of %d, %v, want the oldest too", l.Count, count, err)
	}
}
