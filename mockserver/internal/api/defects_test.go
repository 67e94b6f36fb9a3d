package api_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/assay/mockserver/internal/api"
	"example.com/assay/mockserver/internal/auth"
	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/freedoms"
	"example.com/assay/mockserver/internal/store"
)

// conflicting is a store that answers a read with what the contract does not
// declare for one.
type conflicting struct{ store.Assessments }

func (conflicting) Get(string, store.Reading) (contract.Item, error) {
	return contract.Item{}, domain.Errorf(domain.Conflict, "a conflict")
}

// uncertified is a store that returns an item which nobody has certified.
type uncertified struct{ store.Assessments }

func (uncertified) Get(string, store.Reading) (contract.Item, error) { return contract.Item{}, nil }

// TestDefectsBecomeA500 has stores that do what none should.
func TestDefectsBecomeA500(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, log string
		store     store.Assessments
	}{
		{"a panic", "nil pointer", nil},
		{"an undeclared status", "does not declare 409", conflicting{}},
		{"an item that is not certified", "a resource of this schema", uncertified{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			served := serving(t, tt.store, slog.New(slog.NewTextHandler(&log, nil)))
			r := httptest.NewRequest(http.MethodGet, "/v5/assessments/497f6eca-6276-4993-bfeb-53cbbbba6f08", nil)
			r.Header.Set("apikey", "KEY")
			w := httptest.NewRecorder()
			served.ServeHTTP(w, r)
			var problem struct{ Status int }
			if err := json.Unmarshal(w.Body.Bytes(), &problem); err != nil || w.Code != 500 || problem.Status != 500 {
				t.Errorf("got %d %s, want a 500 with a problem document", w.Code, w.Body)
			}
			if strings.Contains(w.Body.String(), tt.log) || !strings.Contains(log.String(), tt.log) {
				t.Errorf("got %s and the log %s, want %q in the log alone", w.Body, &log, tt.log)
			}
		})
	}
}

func serving(t *testing.T, assessments store.Assessments, logger *slog.Logger) *api.API {
	t.Helper()
	institutions, keys := store.NewInstitutions(), auth.NewKeys()
	in := &store.Institution{Institution: domain.Institution{ID: "i"}, Assessments: assessments}
	in.SetSettings(freedoms.Default())
	if err := institutions.Add(in); err != nil {
		t.Fatal(err)
	}
	if err := keys.Add("KEY", auth.Key{Institution: "i", Region: auth.DefaultRegion}); err != nil {
		t.Fatal(err)
	}
	served, err := api.New(api.Deps{Contract: loadContract(t), Keys: keys, Institutions: institutions, Logger: logger, Settings: freedoms.Default()})
	if err != nil {
		t.Fatal(err)
	}
	return served
}
