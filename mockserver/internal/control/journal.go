package control

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"time"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/journal"
)

func journalRoutes() map[string]handler {
	return map[string]handler{
		"findEntries":        findEntries,
		"findUnmatched":      findEntries,
		"clearJournal":       clearJournal,
		"clearUnmatched":     clearJournal,
		"awaitEntries":       awaitEntries,
		"awaitUnmatched":     awaitEntries,
		"verifyJournal":      verifyJournal,
		"exportHAR":          exportHAR,
		"exportUnmatchedHAR": exportHAR,
		"followJournal":      followJournal,
		"followUnmatched":    followJournal,
		"explainInJournal":   explainInJournal,
		"explainExchange":    explainExchange,
	}
}

// journal returns the journal of the institution in the path, or that of the
// requests that are of none.
func (r *request) journal() *journal.Journal {
	if r.institution == nil {
		return r.server.Strays
	}
	return r.institution.Journal()
}

const (
	defaultFound = 100
	defaultWait  = 10 * time.Second
	maxWait      = time.Minute
)

func findEntries(r *request) (response, error) {
	q := query{r.URL.Query()}
	filter, err := r.filter()
	if err != nil {
		return response{}, err
	}
	found := r.journal().Page(filter, q.number("offset", 0), q.number("limit", defaultFound))
	for i := range found.Entries {
		q.shorten(&found.Entries[i])
	}
	return ok(found)
}

func clearJournal(r *request) (response, error) {
	r.journal().Reset()
	return noContent()
}

type awaited struct {
	Entries  []journal.Entry `json:"entries"`
	TimedOut bool            `json:"timed_out"`
}

// awaitEntries answers once what is waited for is there, or else once the time
// is over, so that a test need not sleep.
func awaitEntries(r *request) (response, error) {
	q := query{r.URL.Query()}
	filter, err := r.filter()
	if err != nil {
		return response{}, err
	}
	timeout := defaultWait
	if text := q.Get("timeout"); text != "" {
		if timeout, err = time.ParseDuration(text); err != nil || timeout < 0 || timeout > maxWait {
			return response{}, domain.Errorf(domain.BadRequest, "timeout: expected a duration up to %s, such as 5s, got %q", maxWait, text)
		}
	}
	ctx, cancel := context.WithTimeout(r.Context(), timeout)
	defer cancel()
	entries, err := r.journal().Wait(ctx, filter, q.number("count", 1))
	if errors.Is(err, journal.ErrEnded) {
		return response{}, domain.Errorf(domain.NotFound, "expected an institution that stays, got one that was deleted while its exchanges were waited for")
	}
	return ok(awaited{Entries: entries, TimedOut: err != nil})
}

type verification struct {
	Expect []journal.Expectation `json:"expect"`
}

func verifyJournal(r *request) (response, error) {
	asked, err := decode[verification](r)
	if err != nil {
		return response{}, err
	}
	verdict, err := r.journal().Verify(asked.Expect)
	if err != nil {
		return response{}, domain.Errorf(domain.BadRequest, "%v", err)
	}
	return ok(verdict)
}

func exportHAR(r *request) (response, error) {
	filter, err := r.filter()
	if err != nil {
		return response{}, err
	}
	content, err := json.Marshal(r.journal().HAR(filter, r.server.Scheme))
	if err != nil {
		return response{}, err
	}
	return response{status: 200, raw: content, media: "application/har+json"}, nil
}

func explainInJournal(r *request) (response, error) {
	explanation, err := r.institution.Explain(r.PathValue("exchange"), r.server.Scheme)
	if err != nil {
		return response{}, err
	}
	return ok(explanation)
}

func explainExchange(r *request) (response, error) {
	explanation, err := r.server.Registry.Explain(r.PathValue("exchange"), r.server.Scheme, r.server.Strays)
	if err != nil {
		return response{}, err
	}
	return ok(explanation)
}

// query reads parameters that were held against the document.
type query struct{ url.Values }

func (q query) number(name string, fallback int) int {
	if n, err := strconv.Atoi(q.Get(name)); err == nil {
		return n
	}
	return fallback
}

func (q query) yesOrNo(name string) *bool {
	if !q.Has(name) {
		return nil
	}
	yes := q.Get(name) == "true"
	return &yes
}

// shorten leaves out of an entry what a list does not show, if so asked: a page of
// two hundred is a tenth of its size without it.
func (q query) shorten(e *journal.Entry) {
	if q.Get("brief") != "true" || e.Kind == journal.KindControl {
		return
	}
	e.Request.Headers, e.Response.Headers = []journal.Header{}, []journal.Header{}
	e.Request.Body.Text, e.Request.Body.Encoding = "", ""
	e.Response.Body.Text, e.Response.Body.Encoding = "", ""
}

// filter returns what the query asks for.
func (r *request) filter() (journal.Filter, error) {
	f := query{r.URL.Query()}.filter()
	if err := r.journal().Check(f); err != nil {
		return f, domain.Errorf(domain.BadRequest, "%v", err)
	}
	return f, nil
}

func (q query) filter() journal.Filter {
	after, _ := strconv.ParseUint(q.Get("after"), 10, 64) // 0 is what the absent one stands for
	before, _ := strconv.ParseUint(q.Get("before"), 10, 64)
	return journal.Filter{
		Kind: journal.Kind(q.Get("kind")), ID: q.Get("id"), Operation: q.Get("operation"), Assessment: q.Get("assessment_id"), Method: q.Get("method"), Status: q.number("status", 0),
		State: q.Get("state"), Effective: q.yesOrNo("effective"), Fault: q.Get("fault"), Refused: q.yesOrNo("refused"), Text: q.Get("q"),
		After: after, Before: before,
	}
}
