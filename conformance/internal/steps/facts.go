package steps

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/report"
)

// facts are what the scenarios came across of the freedoms, each with the
// exchange that showed it.
type facts struct {
	values map[string]fact
	extras map[string]bool
}

type fact struct{ value, evidence string }

// note changes the facts of the run.
func (r *Run) note(change func(*facts)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&r.facts)
}

// observe notes how the target uses a freedom. The first observation stands; one
// that differs is added to it.
func (r *Run) observe(freedom, value string, e *client.Exchange) {
	evidence := ""
	if e != nil {
		evidence = fmt.Sprintf("exchange %d: %s %s answered %d", e.Number, e.Call.Method, e.URL, e.Status)
	}
	r.note(func(f *facts) {
		if f.values == nil {
			f.values = map[string]fact{}
		}
		was, seen := f.values[freedom]
		switch {
		case !seen:
			f.values[freedom] = fact{value, evidence}
		case !slices.Contains(strings.Split(was.value, ", "), value):
			f.values[freedom] = fact{was.value + ", " + value, was.evidence + "; " + evidence}
		}
	})
}

// maxExtras is how many fields that no guide prints are noted.
const maxExtras = 50

// noteExtras notes fields that no guide prints. They are not failures.
func (r *Run) noteExtras(record Record) {
	r.note(func(f *facts) {
		for _, name := range record.extras() {
			if f.extras == nil {
				f.extras = map[string]bool{}
			}
			if len(f.extras) < maxExtras {
				f.extras[shortened(name)] = true
			}
		}
	})
}

// Notes lists oddities that are not failures.
func (r *Run) Notes() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var names []string
	for name := range r.facts.extras {
		names = append(names, r.redactor.Text(name))
	}
	slices.Sort(names)
	if len(names) == 0 {
		return nil
	}
	return []string{"assessments have fields that no guide prints: " + strings.Join(names, ", ")}
}

// Observations says for each freedom of the catalogue what was seen of it.
func (r *Run) Observations() []report.Observation {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seenOnce {
		r.visibility()
	}
	var all []report.Observation
	for _, f := range r.catalogue.Freedoms {
		seen := r.facts.values[f.Name]
		if seen.value == "" {
			seen.evidence = "nothing in this run showed it"
		}
		all = append(all, report.Observation{Freedom: f.Name, What: f.What, Value: r.redactor.Text(seen.value), Evidence: seen.evidence})
	}
	return all
}

func (r *Run) visibility() {
	value := "immediate"
	if r.seen > 0 {
		value = r.seen.Round(time.Millisecond).String()
	}
	r.facts.set("cancel-visibility", fact{value, "the longest time from the answer to a cancel until a read showed it"})
}

func (f *facts) set(name string, value fact) {
	if f.values == nil {
		f.values = map[string]fact{}
	}
	f.values[name] = value
}

// answerName gives a status the name that the catalogue has for it.
func answerName(e *client.Exchange) string {
	names := map[int]string{
		http.StatusOK: "ok", http.StatusCreated: "created", http.StatusNoContent: "no-content", http.StatusConflict: "conflict",
		http.StatusBadRequest: "bad-request", http.StatusUnprocessableEntity: "unprocessable", http.StatusNotFound: "not-found",
	}
	if name := names[e.Status]; name != "" {
		return name
	}
	return fmt.Sprint(e.Status)
}

// errorBodyName tells the forms of error bodies apart.
func errorBodyName(e *client.Exchange) string {
	if len(e.Body) == 0 {
		return "empty"
	}
	r, err := decodeRecord(e)
	switch {
	case err != nil:
		return "something else"
	case r["errors"] != nil && r["title"] == nil:
		return "errors"
	case r["title"] != nil || strings.HasPrefix(e.Header.Get("Content-Type"), "application/problem"):
		return "problem"
	case r["message"] != nil:
		return "message"
	}
	return "an object of " + strings.Join(sortedNames(r), ", ")
}

// orderName tells in which order a list stands, "" if it is too short to tell.
func orderName(items []Record) string {
	var times []int64
	for _, r := range items {
		if t, err := time.Parse(time.RFC3339, r.text("created_at")); err == nil {
			times = append(times, t.UnixNano())
		}
	}
	if len(times) < 3 || slices.Equal(times, slices.Repeat(times[:1], len(times))) {
		return ""
	}
	if slices.IsSorted(times) {
		return "oldest-first"
	}
	slices.Reverse(times)
	if slices.IsSorted(times) {
		return "newest-first"
	}
	return "shuffled"
}
