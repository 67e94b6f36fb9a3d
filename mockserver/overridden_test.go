package mockserver_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"example.com/assay/mockserver"
)

// withChoices returns the fixtures of alpha, with more about how it begins.
func withChoices(more string) []byte {
	return []byte(strings.Replace(string(fixturesOf(alpha())), "region: eu,", "region: eu, "+more+",", 1))
}

// TestFixturesHaveChoicesOfTheirOwn lets them go before the server's, and before
// them what an institution is made with.
func TestFixturesHaveChoicesOfTheirOwn(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := newServer(t, mockserver.Config{
		Fixtures: withChoices("clock: {mode: frozen, at: 2030-01-01T09:00:00Z}, settings: {second-cancel: conflict, list-shape: array}"),
		Settings: map[string]string{"second-cancel": "bad-request", "list-shape": "array", "create-status": "ok"}, Logger: slog.New(slog.NewTextHandler(&log, nil)),
	})
	in, err := s.Institution("Alpha")
	if err != nil {
		t.Fatal(err)
	}
	if got := in.Clock(); got.Mode != mockserver.ClockFrozen || got.Now.Year() != 2030 {
		t.Errorf("clock: got %+v, want it frozen in 2030", got)
	}
	cancelOf(t, s, alpha())
	as(t, s, alpha().key(), http.MethodPost, "/v5/assessments/"+alpha().assessment()+"/cancel-workflow", http.StatusConflict)
	if got := in.Settings().Values["create-status"]; got != "ok" {
		t.Errorf("what the fixtures do not name: got %s, want ok, as the server has it", got)
	}
	made := newInstitution(t, s, mockserver.InstitutionOptions{Settings: map[string]string{"second-cancel": "unprocessable"}, Clock: mockserver.ClockOptions{Mode: mockserver.ClockReal}})
	if got, clock := made.Settings().Values, made.Clock(); got["second-cancel"] != "unprocessable" || got["list-shape"] != "array" || clock.Mode != mockserver.ClockReal || clock.Now.Year() != 2030 {
		t.Errorf("one made of them: got %v and %+v, want its own choice and mode, and the rest from the fixtures", got, clock)
	}
	if err := in.Set("list-shape", "token-page"); err != nil {
		t.Fatal(err)
	}
	if err := in.ResetSettings(); err != nil || in.Settings().Values["list-shape"] != "array" {
		t.Errorf("reset choices: got %v, %v, want those of the fixtures", in.Settings().Values, err)
	}
	if got := log.String(); !strings.Contains(got, "institution=Alpha freedom=second-cancel fixtures=conflict server=bad-request") || strings.Contains(got, "list-shape") {
		t.Errorf("log: got %s, want a warning about second-cancel alone", got)
	}
}
