package steps

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"example.com/assay/conformance/internal/client"
)

// A list is followed over so many pages, and read up to so many bytes and items;
// what is not read then is said to be missing.
const (
	maxPages     = 200
	maxListBytes = 4 << 20
	maxItems     = 3000
)

// listing is a list that was read, over all of its pages.
type listing struct {
	items    []Record
	size     int              // of the pages that were asked for; 0: the target's own
	shape    string           // of the first answer, in words
	named    bool             // the envelope names a limit
	total    int              // what the envelope says there are in all; -1: it does not say
	complete bool             // nothing says that there are more
	capped   bool             // there are more than are read
	first    *client.Exchange // of the first page
	last     *client.Exchange
}

func (l *listing) find(id string) (Record, bool) {
	i := slices.IndexFunc(l.items, func(r Record) bool { return strings.EqualFold(r.id(), id) })
	if i < 0 {
		return nil, false
	}
	return l.items[i], true
}

// readList reads a list whole. No guide prints its envelope, so it may be a bare
// array, or any object with one array of things; further pages are found by the
// cursor, the page number or the offset that the envelope names. size is the page
// size to ask for; 0 leaves it to the target.
func (w *World) readList(ctx context.Context, op operation, key client.Key, size int) (*listing, error) {
	l := &listing{size: size, total: -1, complete: true}
	query := url.Values{}
	if size > 0 {
		query.Set("limit", strconv.Itoa(size))
	}
	known := map[string]bool{}
	read := 0
	for range maxPages {
		call := op.call(key, "", nil)
		call.Query = query
		e, err := w.do(ctx, call)
		if err != nil {
			return nil, err
		}
		p, err := w.run.parsePage(e)
		if err != nil {
			return nil, w.unreadableList(op, e, err)
		}
		l.begin(e.Brief(), p)
		fresh := l.add(p, known)
		if read += len(e.Body); read > maxListBytes || len(l.items) == maxItems {
			break
		}
		if fresh == 0 && len(p.items) > 0 && !p.isAt(query) {
			l.complete = l.total >= 0 && len(known) >= l.total
			return l, nil // the same page again: the target pages in a way that it does not tell
		}
		if query = p.next(query); query == nil {
			_, byOffset := p.number("offset")
			l.complete = byOffset || len(p.items) == 0 || len(known) >= l.total
			return l, nil
		}
	}
	l.complete, l.capped = false, true
	return l, nil
}

func (l *listing) begin(e *client.Exchange, p page) {
	l.last = e
	if l.first != nil {
		return
	}
	l.first, l.shape = e, p.shape()
	_, l.named = p.number("limit")
	if n, ok := p.total(); ok {
		l.total = n
	}
}

// add takes the items that are new, and says how many those were.
func (l *listing) add(p page, known map[string]bool) int {
	fresh := 0
	for _, r := range p.items {
		if len(l.items) == maxItems {
			break
		}
		if id := strings.ToLower(r.id()); id != "" {
			if known[id] {
				continue
			}
			known[id] = true
		}
		l.items = append(l.items, r)
		fresh++
	}
	return fresh
}

// unreadableList tells a list that is not there from one that is broken.
func (w *World) unreadableList(op operation, e *client.Exchange, err error) error {
	if !op.promised && missing(e) {
		return notSupported("%s %s answers %d; no public page prints where %s is", op.method, "/"+op.path(""), e.Status, op.id)
	}
	return couldNotRun("", "%s: %v", op.id, err)
}

// findInList reads the list until it has the assessment, for as long as a change
// may take to be seen.
func (w *World) findInList(ctx context.Context, s *subject, size int, good func(Record) bool) (Record, *listing, error) {
	var found Record
	var l *listing
	err := w.poll(ctx, w.run.VisibilityTimeout, func() (bool, error) {
		read, err := w.readList(ctx, listAssessments, s.key, size)
		if err != nil {
			return false, err
		}
		l = read
		item, ok := l.find(s.id)
		if ok {
			found = item
		}
		return ok && good(item), nil
	})
	return found, l, err
}

// incomplete says why a list that lacks something proves nothing.
func incomplete(l *listing) error {
	if l.capped {
		return couldNotRun("", "the list is longer than what is read of one: the first %d items, or %d MiB", maxItems, maxListBytes>>20)
	}
	return couldNotRun("", "the list says that there are more items than the %d that could be read, and not how to get at them", len(l.items))
}
