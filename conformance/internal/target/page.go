package target

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"example.com/assay/conformance/internal/client"
)

// page is one response of a list. No public page prints its form, so it may be
// an array, or an object with one array of things with IDs, at any depth.
type page struct {
	query  url.Values
	count  int    // items
	fresh  int    // items on no earlier page
	lastID string // of the last item with an ID

	bare    bool     // an array without an envelope
	names   []string // of the envelope's members
	hints   []hint   // scalars outside of the items
	links   int      // to the first, the last or the previous page
	defects []string
	arrays  int // of items
	empty   int // arrays without an element
}

// hint is a scalar of a page besides its items, or one of its headers.
type hint struct {
	name   string // as the target writes it
	key    string // in small letters without punctuation
	parent string // the key of the object around it; "header" for a header
	value  any
}

// maxHints is how many hints of a page are kept.
const maxHints = 300

// finish reads the headers. err is the error of parse.
func (p *page) finish(e *client.Exchange, err error) error {
	switch {
	case e.Status != http.StatusOK:
		return fmt.Errorf("expected a list with status 200, got %s", e.Got())
	case err != nil:
		return fmt.Errorf("expected a list, got %s (%w)", e.Got(), err)
	}
	p.readHeader(e.Header)
	return nil
}

// ItemsOf returns the items of one page of a list.
func ItemsOf(e *client.Exchange) ([]Record, error) {
	var items []Record
	p := &page{}
	err := p.finish(e, p.parse(bytes.NewReader(e.Body), func(r Record) { items = append(items, r) }))
	return items, err
}

// parse reads the body, and passes each item to add.
func (p *page) parse(body io.Reader, add func(Record)) error {
	d := newDecoder(body)
	token, err := d.token()
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('['):
		p.bare = true
		err = p.array(d, "", func(r Record) { p.item(r, add) })
	case json.Delim('{'):
		err = p.object(d, "", maxDepth, func(r Record) { p.item(r, add) })
	default:
		return errors.New("neither an array nor an object")
	}
	if err != nil {
		return err
	}
	if d.end(); p.arrays > 1 || p.arrays+p.empty == 0 {
		return fmt.Errorf("%d arrays of things that have an id", p.arrays)
	}
	p.defects = d.defects
	return nil
}

func (p *page) item(r Record, add func(Record)) {
	p.count++
	if id := r.ID(); id != "" {
		p.lastID = id
	}
	add(r)
}

// object reads an object of the envelope.
func (p *page) object(d *decoder, parent string, depth int, item func(Record)) error {
	if depth == 0 {
		return fmt.Errorf("JSON nested deeper than %d levels", maxDepth)
	}
	return d.members(func(name string) error {
		if parent == "" {
			p.names = append(p.names, name)
		}
		token, err := d.token()
		switch {
		case err != nil:
			return err
		case token == json.Delim('{'):
			return p.object(d, plain(name), depth-1, item)
		case token == json.Delim('['):
			return p.array(d, plain(name), item)
		}
		p.hint(name, parent, token)
		return nil
	})
}

// array reads an array. It holds the items if its first element has an ID, or if
// it is the whole body. What is in others are hints.
func (p *page) array(d *decoder, name string, item func(Record)) error {
	holdsItems := p.bare
	n := 0
	for ; d.json.More(); n++ {
		d.room = maxRecordValues
		v, err := d.value(maxDepth)
		if err != nil {
			return err
		}
		object, isObject := v.(map[string]any)
		if n == 0 && Record(object).ID() != "" {
			holdsItems = true
		}
		switch {
		case holdsItems && isObject:
			item(object)
		case holdsItems:
			return errors.New("an item that is not an object")
		default:
			p.element(name, object)
		}
	}
	if d.room = maxRecordValues; n == 0 {
		p.empty++
	} else if holdsItems {
		p.arrays++
	}
	_, err := d.token()
	return err
}

// element takes the hints of an object in another array than the items: a link with
// its relation, mostly.
func (p *page) element(name string, object Record) {
	if relation := object.Text("rel"); relation != "" {
		name = plain(relation)
	}
	for _, key := range sortedNames(object) {
		switch object[key].(type) {
		case map[string]any, []any:
		default:
			p.hint(key, name, object[key])
		}
	}
}

func (p *page) hint(name, parent string, value any) {
	if len(p.hints) < maxHints {
		p.hints = append(p.hints, hint{name, plain(name), parent, value})
	}
}

// plain writes a name such as @odata.nextLink as odatanextlink.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("_-@.$ ", r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

var linkPattern = regexp.MustCompile(`<([^>]*)>([^<]*)`)

// readHeader takes the hints of headers: Link, Content-Range, X-Total-Count.
func (p *page) readHeader(h http.Header) {
	for _, name := range sortedNames(h) {
		value := h.Get(name)
		key := strings.TrimPrefix(plain(name), "x")
		switch {
		case key == "link":
			p.readLinks(strings.Join(h.Values(name), ", "))
		case key == "contentrange":
			if _, total, found := strings.Cut(value, "/"); found {
				p.hint("total", "header", total)
			}
		case strings.HasPrefix(key, "pagination") && strings.HasPrefix(value, "{"):
			if object, _, err := Decode([]byte(value)); err == nil {
				members, _ := object.(map[string]any)
				p.element("header", members)
			}
		default:
			p.hint(strings.TrimPrefix(name, "X-"), "header", value)
			p.hints[len(p.hints)-1].key = strings.TrimPrefix(key, "pagination")
		}
	}
}

func (p *page) readLinks(header string) {
	for _, m := range linkPattern.FindAllStringSubmatch(header, -1) {
		if relation := plain(m[2]); strings.Contains(relation, "prev") || strings.Contains(relation, "first") || strings.Contains(relation, "last") {
			p.links++
		}
		if strings.Contains(plain(m[2]), `rel=next`) || strings.Contains(plain(m[2]), `rel="next"`) {
			p.hint("next", "link", m[1])
		}
	}
}

// first returns the first hint with one of the keys, if keep accepts it.
func (p *page) first(keep func(hint) bool, keys ...string) (hint, bool) {
	for _, key := range keys {
		if i := slices.IndexFunc(p.hints, func(h hint) bool { return h.key == key && keep(h) }); i >= 0 {
			return p.hints[i], true
		}
	}
	return hint{}, false
}

// number returns the first number under one of the keys, also one in a string.
func (p *page) number(keys ...string) (n int, name string, found bool) {
	h, found := p.first(func(h hint) bool { _, ok := numberIn(h.value); return ok }, keys...)
	n, _ = numberIn(h.value)
	return n, h.name, found
}

func numberIn(v any) (int, bool) {
	switch v := v.(type) {
	case json.Number:
		n, err := strconv.Atoi(v.String())
		return n, err == nil && n >= 0
	case string:
		n, err := strconv.Atoi(strings.TrimSpace(v))
		return n, err == nil && n >= 0
	}
	return 0, false
}

// total returns how many items the whole list has, as far as the page states it.
// A count equal to the items of the page may be the page's own.
func (p *page) total() (int, bool) {
	if n, _, found := p.number("total", "totalcount", "totalitems", "totalelements", "totalresults", "totalrecords", "totalsize", "totalhits", "recordstotal", "itemstotal"); found {
		return n, true
	}
	n, _, found := p.number("count", "resultcount", "itemcount", "resultscount", "size")
	if found && n > p.count {
		return n, true
	}
	limit, _, limited := p.limit()
	return n, found && n == p.count && limited && limit > n
}

// limit returns the stated page size, and its name.
func (p *page) limit() (n int, name string, found bool) {
	return p.number("limit", "pagesize", "perpage", "itemsperpage", "maxresults", "pagelimit", "size", "take", "top", "rows")
}

func (p *page) offset() (n int, name string, found bool) {
	return p.number("offset", "skip", "startindex", "startat", "start", "from")
}

func (p *page) pageNumber() (n int, name string, found bool) {
	return p.number("page", "pagenumber", "currentpage", "pageindex", "pageno", "number")
}

// pages returns how many pages the list has, as far as the page states it.
func (p *page) pages() (n int, name string, found bool) {
	return p.number("pages", "totalpages", "pagecount", "lastpage", "numpages", "pagestotal")
}

// more reports whether the page states further pages, if it states either.
func (p *page) more() (more, stated bool) {
	isBool := func(h hint) bool { _, ok := boolIn(h.value); return ok }
	if h, found := p.first(isBool, "hasmore", "hasnext", "hasnextpage", "more", "moreavailable", "moreresults", "istruncated", "truncated"); found {
		more, _ := boolIn(h.value)
		return more, true
	}
	if h, found := p.first(isBool, "last", "islast", "islastpage", "lastpage", "final", "done", "endoflist", "exhausted"); found {
		last, _ := boolIn(h.value)
		return !last, true
	}
	return false, false
}

func boolIn(v any) (value, ok bool) {
	switch v := v.(type) {
	case bool:
		return v, true
	case string:
		return strings.EqualFold(v, "true"), strings.EqualFold(v, "true") || strings.EqualFold(v, "false")
	}
	return false, false
}

// isNew reports whether the page shows new items. After a guess most of them must
// be, since the list may have grown meanwhile.
func (p *page) isNew(guessed bool) bool {
	if guessed {
		return 2*p.fresh > p.count
	}
	return p.fresh > 0
}

func (p *page) shape() string {
	names := slices.Sorted(slices.Values(p.names))
	switch {
	case p.bare:
		return "array"
	case slices.Equal(names, []string{"items"}), slices.Equal(names, []string{"items", "next_page_token"}):
		return "token-page"
	case slices.Equal(names, []string{"count", "limit", "offset", "results"}):
		return "offset-page"
	}
	return "an object of " + strings.Join(names[:min(len(names), 20)], ", ")
}

func sortedNames[M ~map[string]V, V any](m M) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
