package agfilter_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.com/assay/mockserver/internal/agfilter"
)

func parse(t *testing.T, model string) (agfilter.Filter, error) {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(model), &v); err != nil {
		t.Fatal(err)
	}
	return agfilter.Parse(v)
}

func noon() time.Time { return time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC) }

func TestMatch(t *testing.T) {
	t.Parallel()
	values := map[string]any{"status": "INCOMPLETE", "score": 4.0, "created_at": noon(), "empty": nil}
	for _, tt := range []struct {
		model string
		want  bool
	}{
		{`null`, true},
		{`{}`, true},
		{`{"status": {"filterType": "text", "type": "equals", "filter": "incomplete"}}`, true},
		{`{"status": {"filterType": "text", "type": "notEqual", "filter": "INCOMPLETE"}}`, false},
		{`{"status": {"filterType": "text", "type": "contains", "filter": "COMP"}}`, true},
		{`{"status": {"filterType": "text", "type": "notContains", "filter": "x"}}`, true},
		{`{"status": {"filterType": "text", "type": "startsWith", "filter": "in"}}`, true},
		{`{"status": {"filterType": "text", "type": "endsWith", "filter": "in"}}`, false},
		{`{"status": {"filterType": "text", "type": "blank"}}`, false},
		{`{"empty": {"filterType": "text", "type": "blank"}}`, true},
		{`{"priority": {"filterType": "text", "type": "notBlank"}}`, false},
		{`{"priority": {"filterType": "text", "type": "notEqual", "filter": "HIGH"}}`, true},
		{`{"score": {"filterType": "number", "type": "equals", "filter": 4}}`, true},
		{`{"score": {"filterType": "number", "type": "greaterThan", "filter": 4}}`, false},
		{`{"score": {"filterType": "number", "type": "greaterThanOrEqual", "filter": 4}}`, true},
		{`{"score": {"filterType": "number", "type": "lessThan", "filter": 4.5}}`, true},
		{`{"score": {"filterType": "number", "type": "lessThanOrEqual", "filter": 4}}`, true},
		{`{"score": {"filterType": "number", "type": "inRange", "filter": 3, "filterTo": 5}}`, true},
		{`{"score": {"filterType": "number", "type": "inRange", "filter": 4, "filterTo": 5}}`, false}, // exclusive, as in AG Grid
		{`{"risk_score": {"filterType": "number", "type": "notEqual", "filter": 4}}`, false},          // blank: no number
		{`{"created_at": {"filterType": "date", "type": "equals", "dateFrom": "2026-05-04 00:00:00"}}`, true},
		{`{"created_at": {"filterType": "date", "type": "equals", "dateFrom": "2026-05-04 12:00:00"}}`, true},
		{`{"created_at": {"filterType": "date", "type": "greaterThan", "dateFrom": "2026-05-04"}}`, false},
		{`{"created_at": {"filterType": "date", "type": "lessThan", "dateFrom": "2026-05-05"}}`, true},
		{`{"created_at": {"filterType": "date", "type": "inRange", "dateFrom": "2026-05-03", "dateTo": "2026-05-04T12:00:01Z"}}`, true},
		{`{"status": {"filterType": "set", "values": ["COMPLETED", "INCOMPLETE"]}}`, true},
		{`{"status": {"filterType": "set", "values": ["incomplete"]}}`, false},
		{`{"status": {"filterType": "set", "values": []}}`, false},
		{`{"empty": {"filterType": "set", "values": [null]}}`, true},
		{`{"status": {"filterType": "text", "operator": "OR", "conditions": [{"type": "equals", "filter": "x"}, {"filterType": "text", "type": "notBlank"}]}}`, true},
		{`{"status": {"filterType": "text", "operator": "AND", "conditions": [{"type": "equals", "filter": "x"}, {"type": "notBlank"}]}}`, false},
		{`{"status": {"filterType": "text", "type": "notBlank"}, "score": {"filterType": "number", "type": "equals", "filter": 5}}`, false},
	} {
		f, err := parse(t, tt.model)
		if err != nil {
			t.Errorf("%s: %v", tt.model, err)
			continue
		}
		if got := f.Match(func(name string) any { return values[name] }); got != tt.want {
			t.Errorf("%s: got %t, want %t", tt.model, got, tt.want)
		}
	}
}

func TestParseNamesThePlaceOfAnError(t *testing.T) {
	t.Parallel()
	for model, want := range map[string]string{
		`[]`:                             "",
		`{"a": "x"}`:                     "/a",
		`{"a": {"filterType": "multi"}}`: "/a/filterType",
		`{"a": {"type": "equals", "filter": "x"}}`:                                                                  "/a/filterType",
		`{"a": {"filterType": "text", "type": "matches", "filter": "x"}}`:                                           "/a/type",
		`{"a/b": {"filterType": "text", "type": "equals", "filter": 5}}`:                                            "/a~1b/filter",
		`{"a": {"filterType": "number", "type": "inRange", "filter": 5}}`:                                           "/a/filterTo",
		`{"a": {"filterType": "date", "type": "equals", "dateFrom": "yesterday"}}`:                                  "/a/dateFrom",
		`{"a": {"filterType": "set", "values": [1]}}`:                                                               "/a/values/0",
		`{"a": {"filterType": "set"}}`:                                                                              "/a/values",
		`{"a": {"filterType": "text", "operator": "XOR", "conditions": []}}`:                                        "/a/operator",
		`{"a": {"filterType": "text", "operator": "AND", "conditions": []}}`:                                        "/a/conditions",
		`{"a": {"filterType": "text", "operator": "AND", "conditions": [{"type": "equals", "filter": "x"}, null]}}`: "/a/conditions/1",
	} {
		_, err := parse(t, model)
		if e, ok := errors.AsType[*agfilter.Error](err); !ok || e.Pointer != want || e.Expected == "" || e.Got == "" {
			t.Errorf("%s: got %v, want an error at %q", model, err, want)
		}
	}
}

// TestTextFiltersEqualAPlainModel compares the joined form with plain code.
func TestTextFiltersEqualAPlainModel(t *testing.T) {
	t.Parallel()
	plain := map[string]func(v, o string) bool{
		"equals":      func(v, o string) bool { return v == o },
		"notEqual":    func(v, o string) bool { return v != o },
		"contains":    func(v, o string) bool { return len(strings.Split(v, o)) > 1 || o == "" },
		"notContains": func(v, o string) bool { return len(strings.Split(v, o)) == 1 && o != "" },
		"startsWith":  func(v, o string) bool { return len(v) >= len(o) && v[:len(o)] == o },
		"endsWith":    func(v, o string) bool { return len(v) >= len(o) && v[len(v)-len(o):] == o },
		"blank":       func(v, _ string) bool { return v == "" },
		"notBlank":    func(v, _ string) bool { return v != "" },
	}
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.StringMatching(`[ab]{0,4}`).Draw(t, "value")
		or := rapid.Bool().Draw(t, "or")
		want := !or
		var conditions []any
		for range rapid.IntRange(1, 4).Draw(t, "n") {
			operator := rapid.SampledFrom([]string{"equals", "notEqual", "contains", "notContains", "startsWith", "endsWith", "blank", "notBlank"}).Draw(t, "operator")
			operand := rapid.StringMatching(`[ab]{0,3}`).Draw(t, "operand")
			conditions = append(conditions, map[string]any{"filterType": "text", "type": operator, "filter": operand})
			if one := plain[operator](value, operand); or {
				want = want || one
			} else {
				want = want && one
			}
		}
		operator := map[bool]string{true: "OR", false: "AND"}[or]
		f, err := agfilter.Parse(map[string]any{"f": map[string]any{"filterType": "text", "operator": operator, "conditions": conditions}})
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Match(func(string) any { return value }); got != want {
			t.Errorf("%q against %s of %v: got %t, want %t", value, operator, conditions, got, want)
		}
	})
}

// FuzzParse looks for a model that panics, or is refused without a place.
func FuzzParse(f *testing.F) {
	f.Add(`{"status": {"filterType": "text", "type": "equals", "filter": "x"}}`)
	f.Add(`{"a": {"filterType": "date", "operator": "OR", "conditions": [{"type": "inRange", "dateFrom": "2026-05-04", "dateTo": "2026-05-05 10:00:00"}]}}`)
	f.Add(`{"a": {"filterType": "set", "values": [null, "x"]}, "b": {"filterType": "number", "type": "blank"}}`)
	f.Fuzz(func(t *testing.T, model string) {
		var v any
		if json.Unmarshal([]byte(model), &v) != nil {
			return
		}
		filter, err := agfilter.Parse(v)
		if err != nil {
			if e, ok := errors.AsType[*agfilter.Error](err); !ok || e.Expected == "" {
				t.Errorf("got %v, want an error with a place", err)
			}
			return
		}
		for _, value := range []any{nil, "", "x", 4.5, noon()} {
			filter.Match(func(string) any { return value })
		}
	})
}
