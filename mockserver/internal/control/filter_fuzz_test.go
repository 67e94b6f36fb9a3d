package control_test

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"example.com/assay/mockserver"
	"example.com/assay/mockserver/internal/control"
)

// FuzzJournalFilter accepts only declared parameters, each once and with an
// unambiguous value: a misread filter would match too much, and let a test pass for
// nothing.
func FuzzJournalFilter(f *testing.F) {
	for _, seed := range []string{
		"", "kind=any", "operation=cancelWorkflow&effective=true&status=204", "effective=1", "refused=TRUE", "status=0200", "status=2e2", "after=18446744073709551616",
		"before=0", "state=Canceled", "status=200&status=404", "effective=", "text=%ff", "limit=+5", "opration=x", "fault=any;state=Active", "brief=t&limit=1", "fault=%0A",
	} {
		f.Add(seed)
	}
	s, err := mockserver.New(mockserver.Config{})
	if err != nil {
		f.Fatal(err)
	}
	handler, err := s.ControlHandler()
	if err != nil {
		f.Fatal(err)
	}
	number, truth, text := regexp.MustCompile(`^[0-9]+$`), regexp.MustCompile(`^(true|false)$`), regexp.MustCompile(`(?s).`)
	readable := map[string]*regexp.Regexp{
		"kind": regexp.MustCompile(`^(exchange|control|any)$`), "state": regexp.MustCompile(`^(Active|Cancelled|Error)$`),
		"status": number, "after": number, "before": number, "limit": number, "offset": number, "effective": truth, "refused": truth, "brief": truth,
		"id": text, "operation": text, "assessment_id": text, "method": text, "fault": text, "text": text,
	}
	f.Fuzz(func(t *testing.T, query string) {
		p := plane{t, handler}
		r := &url.URL{Path: control.BasePath + "/journal", RawQuery: query}
		w := p.callURL(http.MethodGet, r)
		if w.Code != http.StatusOK && w.Code != http.StatusBadRequest {
			t.Fatalf("%q: got %d %s", query, w.Code, w.Body)
		}
		given, err := url.ParseQuery(query)
		if w.Code != http.StatusOK {
			return
		}
		if err != nil {
			t.Errorf("%q: got it accepted, want it refused: %v", query, err)
		}
		for name, values := range given {
			if readable[name] == nil || len(values) != 1 || !readable[name].MatchString(values[0]) {
				t.Errorf("%q: %s=%q got it accepted, want it refused", query, name, values)
			}
		}
	})
}
