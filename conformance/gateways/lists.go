package gateways

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"example.com/assay/conformance/internal/layer"
)

// The orders of a list.
const (
	newest   = "newest-first"
	oldest   = "oldest-first"
	shuffled = "shuffled"
)

// lists show the list of assessments in another form of paging.
func lists() []Gateway {
	return of("list", []Gateway{
		list("link-header", oldest, 10, "Link with rel=next, and a bare array", "page", linkHeader),
		list("links-in-body", shuffled, 10, "the next link in an object of links", "cursor", linksInBody),
		list("page-token", oldest, 7, "a token for the next page", "page_token", pageToken),
		list("nested-cursor", oldest, 10, "a cursor deep in the body", "cursor", nestedCursor),
		list("page-numbers", shuffled, 10, "the number of the page and of all pages", "page", pageNumbers),
		list("numbers-as-text", oldest, 10, "offset and total as strings", "offset", numbersAsText),
		list("has-more", oldest, 10, "has_more, and the last ID of the page as the cursor", "starting_after", hasMore),
		list("content-range", oldest, 10, "Content-Range, and a bare array", "offset", contentRange),
		list("total-in-header", newest, 10, "X-Total-Count, and a bare array", "offset", totalInHeader),
		opaque(),
		list("pages-of-one", oldest, 1, "page numbers of single assessments", "page", pageNumbers),
		large(list("thousand-oldest-first", oldest, 50, "offset and total, with 1,000 assessments", "offset", numbersAsText)),
	})
}

// window is a page of the list on its way into another form.
type window struct {
	x             *exchange
	items         []record
	offset, total int
	number, pages int
	more          bool
	parameter     string
}

// form writes a page.
type form func(w *window, a *response)

func list(id, order string, size int, how, parameter string, write form) Gateway {
	return Gateway{
		ID: "list-" + id, Settings: map[string]string{"list-shape": "offset-page", "list-order": order},
		How:    fmt.Sprintf("Lists with %s; %s, at most %d a page.", how, order, size),
		behave: paged(size, parameter, write),
	}
}

func large(g Gateway) Gateway {
	g.Size = 1000
	return g
}

// opaque shows one page without a way to the next.
func opaque() Gateway {
	g := list("first-page-only", oldest, 10, "one page, and no way to the next", "", func(w *window, a *response) { a.Set(w.items) })
	g.Partial, g.Blocks, g.Hides = true, []string{"LST-01"}, []string{"list-page-two-differs"}
	return g
}

// paged asks the implementation for a window of its list, and writes it in a form.
func paged(size int, parameter string, write form) func() reaction {
	return func() reaction {
		var last layer.Memory[int] // offset behind an assessment that ended a page
		return func(x *exchange) *response {
			if x.Op != layer.List {
				return x.Pass()
			}
			offset := offsetOf(x.Request.URL.Query().Get(parameter), parameter, size, &last)
			a := x.Pass(inner(parameter, offset, size))
			envelope, isObject := layer.Decode(a.Body).(record)
			if !a.OK() || !isObject {
				return a
			}
			total, _ := strconv.Atoi(fmt.Sprint(envelope["count"]))
			w := &window{x: x, items: append([]record{}, a.Records()...), offset: offset, total: total, parameter: parameter, number: offset/size + 1, pages: (total + size - 1) / size}
			w.more = offset+size < total
			if n := len(w.items); n > 0 {
				last.Put(layer.IDOf(w.items[n-1]), offset+n)
			}
			write(w, a)
			return a
		}
	}
}

func offsetOf(value, parameter string, size int, last *layer.Memory[int]) int {
	n, _ := strconv.Atoi(value)
	switch parameter {
	case "page":
		return max(0, n-1) * size
	case "offset":
		return max(0, n)
	case "starting_after":
		behind, _ := last.Get(strings.ToLower(value))
		return behind
	}
	decoded, _ := base64.RawURLEncoding.DecodeString(value)
	n, _ = strconv.Atoi(string(decoded))
	return max(0, n)
}

// inner changes a request to the paging of the implementation.
func inner(parameter string, offset, size int) func(*http.Request) {
	return func(r *http.Request) {
		q := r.URL.Query()
		q.Del(parameter)
		q.Set("offset", strconv.Itoa(offset))
		q.Set("limit", strconv.Itoa(size))
		r.URL.RawQuery = q.Encode()
		r.RequestURI = r.URL.RequestURI()
	}
}

// token is an opaque name of the next page.
func (w *window) token() string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(w.offset + len(w.items))))
}

// next returns the path of the next page.
func (w *window) next(value string) string {
	return w.x.Request.URL.Path + "?" + url.Values{w.parameter: {value}}.Encode()
}

func linkHeader(w *window, a *response) {
	a.Set(w.items)
	if w.more {
		a.Header().Set("Link", fmt.Sprintf(`<%s>; rel="next"`, w.next(strconv.Itoa(w.number+1))))
	}
}

func linksInBody(w *window, a *response) {
	links := record{"self": w.x.Request.URL.RequestURI(), "next": nil}
	if w.more {
		links["next"] = w.next(w.token())
	}
	a.Set(record{"data": w.items, "links": links})
}

func pageToken(w *window, a *response) {
	body := record{"items": w.items, "next_page_token": ""}
	if w.more {
		body["next_page_token"] = w.token()
	}
	a.Set(body)
}

func nestedCursor(w *window, a *response) {
	cursor := record{"next": nil}
	if w.more {
		cursor["next"] = w.token()
	}
	a.Set(record{"assessments": w.items, "meta": record{"pagination": record{"cursor": cursor}}})
}

func pageNumbers(w *window, a *response) {
	a.Set(record{"results": w.items, "page": w.number, "total_pages": w.pages})
}

func numbersAsText(w *window, a *response) {
	a.Set(record{"results": w.items, "offset": strconv.Itoa(w.offset), "total": strconv.Itoa(w.total)})
}

func hasMore(w *window, a *response) { a.Set(record{"data": w.items, "has_more": w.more}) }

func contentRange(w *window, a *response) {
	a.Set(w.items)
	a.Header().Set("Content-Range", fmt.Sprintf("items %d-%d/%d", w.offset, w.offset+len(w.items)-1, w.total))
}

func totalInHeader(w *window, a *response) {
	a.Set(w.items)
	a.Header().Set("X-Total-Count", strconv.Itoa(w.total))
}
