package target

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// way is a request for the presumed next page.
type way struct {
	form    string // how the target pages, in words; the same for every page
	query   url.Values
	counted bool // by page number or offset: an empty page ends the list
	guessed bool // the page states nothing of the kind
}

// learned is the experience of the run with the paging of each operation.
type learned struct {
	mu        sync.Mutex
	forms     map[string]way      // of the last success, by operation
	dead      map[string]bool     // failed guesses, by operation and form
	sizes     map[string]int      // the largest successful page size, by operation
	sizeNames map[string]string   // of the parameter for it, by operation; empty: none
	baselines map[string]baseline // by key
}

// baseline is the IDs of the first reading of a list.
type baseline struct {
	seen    map[uint64]bool
	created int // by the run before
}

func newLearned() learned {
	return learned{forms: map[string]way{}, dead: map[string]bool{}, sizes: map[string]int{}, sizeNames: map[string]string{}, baselines: map[string]baseline{}}
}

func (l *learned) knows(operation string, w way) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.forms[operation].form == w.form
}

// isOver reports whether the target stated how to go on before, and none of the
// ways of this page does.
func (l *learned) isOver(operation string, ways []way) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	known, learned := l.forms[operation]
	return learned && !known.guessed && !slices.ContainsFunc(ways, func(w way) bool { return w.form == known.form })
}

// note remembers where a way led.
func (l *learned) note(operation string, w way, worked bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if worked {
		l.forms[operation] = w
	} else if w.guessed {
		l.dead[operation+" "+w.form] = true
	}
}

func (l *learned) isDead(operation string, w way) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return w.guessed && l.dead[operation+" "+w.form] && l.forms[operation].form != w.form
}

// sizesFor returns the page sizes to try: the successful one, or else the common
// ones from large to small.
func (l *learned) sizesFor(operation string) []int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if size := l.sizes[operation]; size > 0 {
		return []int{size}
	}
	return []int{1000, 500, 200, 100}
}

func (l *learned) sizeName(operation string) (name string, known bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	name, known = l.sizeNames[operation]
	return name, known
}

func (l *learned) named(operation, name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sizeNames[operation] = name
}

func (l *learned) sized(operation string, size int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sizes[operation] = size
}

// isStrong reports whether the hint can mean nothing but the next page.
func (h hint) isStrong() bool {
	return strings.HasPrefix(h.key, "next") || h.parent == "next" && slices.Contains([]string{"href", "url", "link", "cursor", "token", "page", "offset", "after", "id"}, h.key)
}

// isNext reports whether the hint may point to the next page. A cursor can also
// point to the page itself.
func (h hint) isNext() bool { return h.isStrong() || slices.Contains(weakKeys(), h.key) }

func weakKeys() []string {
	return []string{"odatanextlink", "continuationtoken", "continuation", "cursor", "endcursor", "pagetoken", "marker", "after", "lastevaluatedkey", "bookmark", "scrollid"}
}

// ways lists requests for the next page: first by what the page states, then the
// common guesses.
func (p *page) ways(firstNumber int) []way {
	var all []way
	for _, h := range p.hints {
		if h.isNext() {
			all = append(all, p.following(h)...)
		}
	}
	all = append(all, p.byNumber(firstNumber)...)
	all = append(all, p.byOffset()...)
	if more, stated := p.more(); p.lastID != "" && (more || !stated) {
		for _, param := range []string{"starting_after", "after", "after_id", "last_id", "cursor", "startingAfter"} {
			all = append(all, way{form: "last ID in " + param, query: p.with(param, p.lastID), guessed: !stated})
		}
	}
	return append(all, p.guesses()...)
}

// following returns the ways of a hint: a link, a token, a page number or an
// offset. It uses only the query of a link, so the key stays with its host.
func (p *page) following(h hint) []way {
	text, isText := h.value.(string)
	n, isNumber := numberIn(h.value)
	switch {
	case isText && strings.ContainsAny(text, "?"):
		link, err := url.Parse(text)
		if err != nil || link.RawQuery == "" {
			return nil
		}
		return []way{{form: "link " + h.parent + "." + h.key, query: link.Query()}}
	case h.parent == "next" && isNumber:
		return []way{{form: "next." + h.key, query: p.with(h.name, strconv.Itoa(n)), counted: true}}
	case isNumber && strings.Contains(h.key, "page"), isNumber && h.key == "next":
		return p.tokens(h, strconv.Itoa(n), "page", "page_number", "pageNumber")
	case isNumber && (strings.Contains(h.key, "offset") || strings.Contains(h.key, "start")):
		return p.tokens(h, strconv.Itoa(n), "offset", "start", "skip")
	case isText && text != "" && !strings.HasPrefix(text, "http") && !strings.HasPrefix(text, "/"):
		return p.tokens(h, text, "cursor", "page_token", "pageToken", "token", "next_token", "nextToken", "continuation_token", "continuationToken", "after", "starting_after", "marker", "page")
	}
	return nil
}

// tokens returns the ways to send a value back: under its own name, with and
// without "next", and the common ones.
func (p *page) tokens(h hint, value string, params ...string) []way {
	short := strings.TrimLeft(strings.TrimPrefix(strings.TrimPrefix(h.name, "next"), "Next"), "_-")
	if short != "" {
		params = slices.Insert(params, 0, strings.ToLower(short[:1])+short[1:], h.name)
	}
	var all []way
	for i, param := range params {
		if param != "next" && slices.Index(params, param) == i {
			all = append(all, way{form: h.key + " in " + param, query: p.with(param, value)})
		}
	}
	return all
}

func (p *page) byNumber(first int) []way {
	n, name, found := p.pageNumber()
	pages, _, limited := p.pages()
	if !found || limited && n-first+1 >= pages {
		return nil
	}
	var all []way
	for _, param := range slices.Compact([]string{name, "page"}) {
		all = append(all, way{form: "page number in " + param, query: p.with(param, strconv.Itoa(n+1)), counted: true})
	}
	return all
}

// byOffset goes on behind the page. One that is a little short may lack an item,
// so the next begins where it should end.
func (p *page) byOffset() []way {
	n, name, found := p.offset()
	if !found {
		return nil
	}
	step := p.count
	if limit, _, limited := p.limit(); limited && p.count < limit && 2*p.count > limit {
		step = limit
	}
	return []way{{form: "offset in " + name, query: p.with(name, strconv.Itoa(n+step)), counted: true}}
}

// guesses returns the common ways to page. Page 1 comes before page 2, since pages
// can count from 0.
func (p *page) guesses() []way {
	var all []way
	for _, param := range []string{"page", "page_number", "pageNumber"} {
		if n, err := strconv.Atoi(p.query.Get(param)); err == nil {
			all = append(all, way{form: "page number in " + param, query: p.with(param, strconv.Itoa(n+1)), counted: true})
		}
	}
	if len(all) > 0 {
		return all
	}
	for _, n := range []string{"1", "2"} {
		all = append(all, way{form: "page number in page", query: p.with("page", n), counted: n == "2"})
	}
	for _, param := range []string{"offset", "skip"} {
		n, _ := strconv.Atoi(p.query.Get(param))
		all = append(all, way{form: "offset in " + param, query: p.with(param, strconv.Itoa(n+p.count)), counted: true})
	}
	for i := range all {
		all[i].guessed = true
	}
	return all
}

// isAt reports whether the page states the offset of its query. Known items on it
// have only moved.
func (p *page) isAt() bool {
	n, name, found := p.offset()
	return found && p.query.Get(name) == strconv.Itoa(n)
}

// ended reports whether the page states the end of the list.
func (p *page) ended(firstNumber int) bool {
	_, counted := p.total()
	more, stated := p.more()
	live, null := p.states(hint.isStrong)
	weak, _ := p.states(hint.isNext)
	switch {
	case stated && !more:
		return true
	case live || null:
		return !live
	case counted || weak || stated:
		return false
	}
	if n, _, found := p.pageNumber(); found {
		if pages, _, limited := p.pages(); limited {
			return n-firstNumber+1 >= pages
		}
	}
	return p.links > 0
}

// states reports whether an accepted hint points to another page, and whether one
// states the absence of one.
func (p *page) states(keep func(hint) bool) (live, null bool) {
	for _, h := range p.hints {
		if keep(h) {
			live = live || len(p.following(h)) > 0
			null = null || h.value == nil || h.value == "" || h.value == false
		}
	}
	return live, null
}

func (p *page) with(name, value string) url.Values {
	next := url.Values{}
	maps.Copy(next, p.query)
	next.Set(name, value)
	return next
}
