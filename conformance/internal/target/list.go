package target

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"net/http"
	"net/url"
	"strings"

	"example.com/assay/conformance/internal/client"
)

// Limits of one reading of a list, besides Config.ListRequests.
const (
	maxListBytes = 64 << 20
	maxItems     = 3000    // kept items
	maxSeen      = 100_000 // distinct IDs
)

// bigPage is the size from which pages are decoded one after another, in bytes: a
// decoded page needs many times the memory.
const bigPage = 128 << 10

// List is a list, read over its pages.
type List struct {
	Items    []Record // the first 3,000
	Found    Record   // the item to find; nil if no page shows it
	Count    int      // items, each ID once
	Pages    int
	Shape    string           // of the first page, in words
	Complete bool             // the list was read to its end
	NoEnd    bool             // nothing shows where the list ends; growth would
	Why      string           // it is not complete
	First    *client.Exchange // of the first page
	Last     *client.Exchange // of the last page

	seen     map[uint64]bool // hashes of the IDs
	sizeName string          // of the parameter for the page size, as the first page states it
	opening  int             // items of the first page
}

// Has reports whether the list shows the ID.
func (l *List) Has(id string) bool { return l.seen[hashOf(id)] }

// Reading configures one reading of a list.
type Reading struct {
	Operation string
	Key       client.Key
	Size      int               // page size to ask for; 0 leaves it to the target
	SizeName  string            // of the parameter for it; empty for limit
	Find      func(Record) bool // ends the reading at the item; nil reads to the end
}

// UnreadableError reports a response without a list.
type UnreadableError struct {
	Operation string
	Exchange  *client.Exchange
	Err       error
}

func (e *UnreadableError) Error() string { return e.Operation + ": " + e.Err.Error() }

// Unwrap returns the defect of the response.
func (e *UnreadableError) Unwrap() error { return e.Err }

func isUnreadable(err error) bool {
	_, unreadable := errors.AsType[*UnreadableError](err)
	return unreadable
}

// ByID returns a search for the item with the ID.
func ByID(id string) func(Record) bool {
	return func(r Record) bool { return strings.EqualFold(r.ID(), id) }
}

// walk is one reading of a list.
type walk struct {
	session *Session
	reading Reading
	list    *List
	created []Created // before it began
	number  int       // of the first page
	total   int       // of items, as a page stated it last; -1 if none did
	bytes   int
	done    bool
}

func (w *walk) begin(p *page) {
	w.list.Shape, w.list.opening = p.shape(), p.count
	if _, name, found := p.limit(); found {
		w.list.sizeName = name
	}
	if n, _, found := p.pageNumber(); found {
		w.number = n
	}
}

// fetch reads a page.
func (w *walk) fetch(ctx context.Context, query url.Values) (*page, error) {
	call := Call(w.reading.Operation, w.reading.Key, "", nil)
	call.Query = query
	p, fresh := &page{query: query}, 0
	var parseErr error
	parse := func(body io.Reader) {
		p = &page{query: query}
		parseErr = p.parse(body, func(r Record) {
			if w.add(r) {
				fresh++ // also in a broken attempt
			}
		})
	}
	call.Stream = parse
	e, err := w.session.Do(ctx, call)
	if err != nil {
		return nil, err
	}
	if e.Status == http.StatusOK && !e.Truncated {
		w.session.parseAlone(e.Body, parse)
	}
	w.list.Pages++
	w.bytes += e.Size()
	if err := p.finish(e, parseErr); err != nil {
		w.session.malformed.add(e, nil, err)
		return nil, &UnreadableError{w.reading.Operation, e, err}
	}
	w.session.malformed.add(e, p.defects, nil)
	p.fresh = fresh
	if total, counted := p.total(); counted && p.count > 0 {
		w.total = total
	}
	w.list.Last = e.Brief()
	if w.list.First == nil {
		w.list.First = w.list.Last
	}
	return p, nil
}

// parseAlone parses a body. Large ones are parsed one after another.
func (s *Session) parseAlone(body []byte, parse func(io.Reader)) {
	if len(body) > bigPage {
		s.parsing.Lock()
		defer s.parsing.Unlock()
	}
	parse(bytes.NewReader(body))
}

// add takes an item, and reports whether no page before has shown it.
func (w *walk) add(r Record) bool {
	l := w.list
	if id := r.ID(); id != "" {
		sum := hashOf(id)
		if l.seen[sum] || len(l.seen) == maxSeen {
			return false
		}
		l.seen[sum] = true
	}
	l.Count++
	if len(l.Items) < maxItems {
		l.Items = append(l.Items, r)
	}
	if w.reading.Find != nil && !w.done && w.reading.Find(r) {
		l.Found, w.done = r, true
	}
	return true
}

var hashSeed = maphash.MakeSeed() //nolint:gochecknoglobals // one for the process

func hashOf(id string) uint64 { return maphash.String(hashSeed, strings.ToLower(id)) }

func (w *walk) complete() { w.list.Complete, w.list.Why, w.done = true, "", true }

// exhausted ends the reading when it has used up its limits.
func (w *walk) exhausted() bool {
	limit := w.session.config.ListRequests
	switch {
	case limit > 0 && w.list.Pages >= limit:
		w.list.Why = fmt.Sprintf("the list has more pages than the %d requests that --list-requests allows", limit)
	case w.bytes >= maxListBytes:
		w.list.Why = fmt.Sprintf("the list is longer than %d MiB", maxListBytes>>20)
	case len(w.list.seen) == maxSeen:
		w.list.Why = fmt.Sprintf("the list has more than %d items", maxSeen)
	default:
		return false
	}
	w.done = true
	return true
}
