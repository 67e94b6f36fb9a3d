package target_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"example.com/assay/conformance/internal/target"
)

func TestDecodeReadsToTheEnd(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		defect     string // part of the defects
		fails      bool
	}{
		{name: "one object", body: `{"a":[1,{"b":null}]} ` + "\n"},
		{name: "a brace too many", body: `{"a":1}}`, defect: "more after the JSON value, at byte 7"},
		{name: "a bracket too many", body: `[1]]`, defect: "more after the JSON value"},
		{name: "two values", body: `{} {}`, defect: "more after the JSON value"},
		{name: "a name twice", body: `{"a":{"b":1,"b":2}}`, defect: `the name "b" twice`},
		{name: "NaN", body: `{"a":NaN}`, fails: true},
		{name: "too short", body: `{"a":1`, fails: true},
		{name: "nothing", body: ``, fails: true},
		{name: "too deep", body: strings.Repeat("[", 200) + strings.Repeat("]", 200), fails: true},
		{name: "too many values", body: "[" + strings.Repeat("1,", 5000) + "1]", fails: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, defects, err := target.Decode([]byte(tt.body))
			got := strings.Join(defects, "; ")
			if (err != nil) != tt.fails || !strings.Contains(got, tt.defect) || tt.defect == "" && got != "" {
				t.Errorf("got defects %q and error %v, want %q and an error %t", got, err, tt.defect, tt.fails)
			}
		})
	}
}

func TestSameComparesMeanings(t *testing.T) {
	t.Parallel()
	tests := []struct {
		a, b string
		want bool
	}{
		{`"2026-01-02T03:04:05Z"`, `"2026-01-02T04:04:05+01:00"`, true},
		{`"2026-01-02T03:04:05.000Z"`, `"2026-01-02T03:04:05Z"`, true},
		{`"2026-01-02T03:04:05.678901Z"`, `"2026-01-02T03:04:05Z"`, true},
		{`"2026-01-02T03:04:05.678901Z"`, `"2026-01-02T03:04:05.679Z"`, true},
		{`"2026-01-02T03:04:05.678Z"`, `"2026-01-02T03:04:05.679Z"`, false},
		{`"2026-01-02T03:04:05Z"`, `"2026-01-02T03:04:06Z"`, false},
		{`"2026-01-02T03:04:05.5Z"`, `"2026-01-02T03:04:07Z"`, false},
		{`"497f6eca-6276-4993-bfeb-53cbbbba6f08"`, `"497F6ECA-6276-4993-BFEB-53CBBBBA6F08"`, true},
		{`"Active"`, `"active"`, false},
		{`1`, `1.0`, true},
		{`1e2`, `100`, true},
		{`1`, `2`, false},
		{`1e999999999`, `1e999999998`, false},
		{`1`, `"1"`, false},
		{`{"a":[1.0,null]}`, `{"a":[1,null]}`, true},
		{`{"a":1}`, `{"a":1,"b":2}`, false},
		{`null`, `null`, true},
		{`null`, `""`, false},
	}
	for _, tt := range tests {
		if got := target.Same(value(t, tt.a), value(t, tt.b)); got != tt.want {
			t.Errorf("%s and %s: got %t, want %t", tt.a, tt.b, got, tt.want)
		}
	}
}

func value(t *testing.T, text string) any {
	t.Helper()
	v, _, err := target.Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestMalformedBodiesAreKept: a body with a defect is used as far as it goes, and
// remembered.
func TestMalformedBodiesAreKept(t *testing.T) {
	t.Parallel()
	s := session(t, target.Config{}, func(w http.ResponseWriter, _ *http.Request) {
		text, _ := json.Marshal(item(1))
		_, _ = w.Write(append(text, '}'))
	})
	r, _, err := s.Get(t.Context(), key, "1")
	if err != nil || r.ID() == "" {
		t.Fatalf("got %v, %v, want the record", r, err)
	}
	if m := s.Malformed(); len(m) != 1 || !strings.Contains(m[0].Defect, "more after") {
		t.Errorf("got %+v, want the one body with a brace too many", m)
	}
}
