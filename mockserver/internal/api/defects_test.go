package api_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/assay/mockserver/internal/api"
	"example.com/assay/mockserver/internal/auth"
	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/freedoms"
	"example.com/assay/mockserver/internal/institution"
	"example.com/assay/mockserver/internal/store"
)

// TestDefectsBecomeA500 renders assessments in ways that are defects.
func TestDefectsBecomeA500(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, log string
		render    store.Render
	}{
		{"a panic", "nil pointer", nil},
		{"an undeclared status", "does not declare 409", func(*domain.Assessment, domain.View) (contract.Item, error) {
			return contract.Item{}, domain.Errorf(domain.Conflict, "a conflict")
		}},
		{"an item that is not certified", "a resource of this schema", func(*domain.Assessment, domain.View) (contract.Item, error) {
			return contract.Item{}, nil
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			served := serving(t, tt.render, slog.New(slog.NewTextHandler(&log, nil)))
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

func serving(t *testing.T, render store.Render, logger *slog.Logger) *api.API {
	t.Helper()
	baseline, err := store.BaselineOf([]domain.Assessment{{ID: "497f6eca-6276-4993-bfeb-53cbbbba6f08", Template: &domain.Template{}}})
	if err != nil {
		t.Fatal(err)
	}
	in, err := institution.New(&institution.Config{Now: time.Now, Settings: freedoms.Default(), Render: render}, "i", &institution.Origin{
		Blueprint: &institution.Blueprint{Baseline: baseline},
	})
	if err != nil {
		t.Fatal(err)
	}
	keys := auth.NewKeys()
	keys.Swap(nil, []auth.Key{{Institution: in, Key: institution.Key{Value: "KEY", Region: domain.DefaultRegion}}})
	served, err := api.New(api.Deps{Contract: loadContract(t), Keys: keys, Logger: logger, Settings: freedoms.Default()})
	if err != nil {
		t.Fatal(err)
	}
	return served
}
