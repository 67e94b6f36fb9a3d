package steps

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/internal/target"
	"example.com/assay/conformance/report"
	"example.com/assay/internal/text"
)

func newFacts() facts {
	return facts{values: map[string]fact{}, extras: map[string]bool{}, notes: map[string]bool{}}
}

// observe records how the target uses a freedom. Different values are listed.
func (r *Run) observe(freedom, value string, e *client.Exchange) {
	evidence := fmt.Sprintf("exchange %d: %s %s answered %d", e.Number, e.Call.Method, e.URL, e.Status)
	r.mu.Lock()
	defer r.mu.Unlock()
	was, seen := r.facts.values[freedom]
	switch {
	case !seen:
		r.facts.values[freedom] = fact{value, evidence}
	case !slices.Contains(strings.Split(was.value, ", "), value):
		r.facts.values[freedom] = fact{was.value + ", " + value, was.evidence + "; " + evidence}
	}
}

// maxNotes is how many notes and how many undocumented fields are kept.
const maxNotes = 50

func (r *Run) note(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.facts.notes) < maxNotes {
		r.facts.notes[text] = true
	}
}

// noteExtras records undocumented fields. They are not failures.
func (r *Run) noteExtras(record target.Record) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, name := range extraFields(record) {
		if len(r.facts.extras) < maxNotes {
			r.facts.extras[shortened(name)] = true
		}
	}
}

// Notes lists oddities below a failure.
func (r *Run) Notes() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	notes := slices.Sorted(maps.Keys(r.facts.notes))
	if extras := slices.Sorted(maps.Keys(r.facts.extras)); len(extras) > 0 {
		notes = append(notes, "assessments have fields that no guide prints: "+strings.Join(extras, ", "))
	}
	for i := range notes {
		notes[i] = r.Redactor.Text(notes[i])
	}
	return notes
}

// Observations returns the observed value of each freedom of the catalogue.
func (r *Run) Observations() []report.Observation {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seenOnce {
		value := "immediate"
		if r.seen > 0 {
			value = r.seen.Round(time.Millisecond).String()
		}
		r.facts.values["cancel-visibility"] = fact{value, "the longest time from the answer to a cancel until a read showed it"}
	}
	var all []report.Observation
	for _, f := range r.Catalogue.Freedoms {
		seen := r.facts.values[f.Name]
		if seen.value == "" {
			seen.evidence = "nothing in this run showed it"
		}
		all = append(all, report.Observation{Freedom: f.Name, What: f.What, Value: r.Redactor.Text(seen.value), Evidence: seen.evidence})
	}
	return all
}

// answerName returns the catalogue's name for a status.
func answerName(e *client.Exchange) string {
	names := map[int]string{
		http.StatusOK: "ok", http.StatusCreated: "created", http.StatusNoContent: "no-content", http.StatusConflict: "conflict",
		http.StatusBadRequest: "bad-request", http.StatusUnprocessableEntity: "unprocessable", http.StatusNotFound: "not-found",
		http.StatusPreconditionFailed: "precondition-failed",
	}
	if name := names[e.Status]; name != "" {
		return name
	}
	return fmt.Sprint(e.Status)
}

// errorBodyName returns the form of an error body.
func errorBodyName(e *client.Exchange) string {
	if len(e.Body) == 0 {
		return "empty"
	}
	r, err := target.RecordOf(e)
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
	return "an object of " + strings.Join(slices.Sorted(maps.Keys(r)), ", ")
}

// orderName returns the order of a list, or "" if it is too short to tell.
func orderName(items []target.Record) string {
	var times []int64
	for _, r := range items {
		if t, err := time.Parse(time.RFC3339, r.Text("created_at")); err == nil {
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

const maxSlimText = 200 // bytes

// shortened returns the beginning of a text, without keeping the rest in memory.
func shortened(s string) string {
	return strings.Clone(text.Prefix(s, maxSlimText))
}
