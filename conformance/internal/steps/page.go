package steps

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"example.com/assay/conformance/internal/client"
)

// page is one answer of a list, taken apart.
type page struct {
	items    []Record
	envelope map[string]any // nil: a bare array
}

// bigPage is how large a page is that is not read at the same time as others, in bytes: taken
// apart it needs many times the room.
const bigPage = 128 << 10

func (r *Run) parsePage(e *client.Exchange) (page, error) {
	if len(e.Body) > bigPage {
		r.parsing.Lock()
		defer r.parsing.Unlock()
	}
	return parsePage(e)
}

func parsePage(e *client.Exchange) (page, error) {
	if e.Status != 200 {
		return page{}, fmt.Errorf("expected a list with status 200, got %s", e.Got())
	}
	v, err := decodeJSON(e.Body)
	if err != nil {
		return page{}, fmt.Errorf("expected a list, got %s (%w)", e.Got(), err)
	}
	switch v := v.(type) {
	case []any:
		items, ok := records(v)
		if !ok {
			return page{}, fmt.Errorf("expected an array of objects, got %s", e.Got())
		}
		return page{items: items}, nil
	case map[string]any:
		return parseEnvelope(v, e)
	}
	return page{}, fmt.Errorf("expected an array or an object with one, got %s", e.Got())
}

// parseEnvelope finds the one array of things with IDs. An empty array could be
// anything, so it counts only if no other does.
func parseEnvelope(envelope map[string]any, e *client.Exchange) (page, error) {
	var full, empty [][]Record
	for _, name := range sortedNames(envelope) {
		array, isArray := envelope[name].([]any)
		if !isArray {
			continue
		}
		items, ok := records(array)
		switch {
		case ok && len(items) == 0:
			empty = append(empty, items)
		case ok && items[0].id() != "":
			full = append(full, items)
		}
	}
	switch {
	case len(full) == 1:
		return page{items: full[0], envelope: envelope}, nil
	case len(full) == 0 && len(empty) > 0:
		return page{envelope: envelope}, nil
	}
	return page{}, fmt.Errorf("expected an object with one array of things that have an id, got %d such arrays in %s", len(full), e.Got())
}

func records(array []any) ([]Record, bool) {
	items := make([]Record, 0, len(array))
	for _, v := range array {
		object, ok := v.(map[string]any)
		if !ok {
			return nil, false
		}
		items = append(items, object)
	}
	return items, true
}

func sortedNames(m map[string]any) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (p page) shape() string {
	if p.envelope == nil {
		return "array"
	}
	names := sortedNames(p.envelope)
	if slices.Equal(names, []string{"count", "limit", "offset", "results"}) {
		return "page"
	}
	return "an object of " + strings.Join(names, ", ")
}

func (p page) number(name string) (int, bool) {
	n, ok := p.envelope[name].(json.Number)
	if !ok {
		return 0, false
	}
	i, err := strconv.Atoi(n.String())
	return i, err == nil
}

// total reads how many items there are in all, under the usual names.
func (p page) total() (int, bool) {
	for _, name := range []string{"count", "total", "total_count", "totalCount"} {
		if n, ok := p.number(name); ok {
			return n, true
		}
	}
	return 0, false
}

// isAt reports whether the page is the one that the query asked for, as far as the
// envelope tells. Items that were there before are then only shifted, by others
// that came in between.
func (p page) isAt(query url.Values) bool {
	offset, named := p.number("offset")
	return named && query.Get("offset") == strconv.Itoa(offset)
}

// next returns the query of the next page, nil if there is none.
func (p page) next(query url.Values) url.Values {
	if p.envelope == nil || len(p.items) == 0 {
		return nil
	}
	if next := p.nextByCursor(query); next != nil {
		return next
	}
	if next := p.nextByNumber(query); next != nil {
		return next
	}
	return p.nextByOffset(query)
}

// nextByCursor follows what the envelope calls the next page. Only the query of
// a link is used: the host, and the key that goes there, stay the same.
func (p page) nextByCursor(query url.Values) url.Values {
	places := []map[string]any{p.envelope}
	for _, name := range []string{"links", "_links", "meta", "paging", "pagination"} {
		if inner, ok := p.envelope[name].(map[string]any); ok {
			places = append(places, inner)
		}
	}
	for _, place := range places {
		for name, param := range map[string]string{"next": "cursor", "next_cursor": "cursor", "nextCursor": "cursor", "cursor": "cursor", "next_page_token": "page_token", "nextPageToken": "pageToken"} {
			value, _ := place[name].(string)
			if value == "" {
				continue
			}
			if link, err := url.Parse(value); err == nil && link.RawQuery != "" {
				return link.Query()
			}
			return with(query, param, value)
		}
	}
	return nil
}

func (p page) nextByNumber(query url.Values) url.Values {
	number, named := p.number("page")
	if !named {
		return nil
	}
	for _, name := range []string{"pages", "total_pages", "page_count"} {
		if pages, ok := p.number(name); ok && number < pages {
			return with(query, "page", strconv.Itoa(number+1))
		}
	}
	return nil
}

func (p page) nextByOffset(query url.Values) url.Values {
	offset, named := p.number("offset")
	if !named {
		return nil
	}
	end := offset + len(p.items)
	limit, limited := p.number("limit")
	total, counted := p.total()
	full := limited && len(p.items) >= limit
	if counted && end < total || full && (!counted || total == len(p.items)) { // a count may be the page's own
		return with(query, "offset", strconv.Itoa(end))
	}
	return nil
}

func with(query url.Values, name, value string) url.Values {
	next := maps.Clone(query)
	next.Set(name, value)
	return next
}
