package console_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"example.com/assay/mockserver/internal/api"
	"example.com/assay/mockserver/internal/auth"
	"example.com/assay/mockserver/internal/console"
	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/control"
	"example.com/assay/mockserver/internal/fixtures"
	"example.com/assay/mockserver/internal/freedoms"
	"example.com/assay/mockserver/internal/store"
	"example.com/assay/mockserver/internal/tenant"
	"example.com/assay/openapi"
)

// mock is a mock with its console.
type mock struct {
	*testing.T
	control *httptest.Server
	api     *httptest.Server
}

func startMock(t *testing.T) *mock {
	t.Helper()
	doc, err := openapi.Load()
	if err != nil {
		t.Fatal(err)
	}
	compiled, err := contract.New(doc)
	if err != nil {
		t.Fatal(err)
	}
	set, err := fixtures.Load("default.yaml", fixtures.Default())
	if err != nil {
		t.Fatal(err)
	}
	keys, institutions := auth.NewKeys(), store.NewInstitutions()
	registry, err := tenant.New(tenant.Deps{
		Now: time.Now, Seed: 1, Resources: api.NewResources(compiled), Keys: keys, Institutions: institutions,
		Settings: freedoms.Default(), Limits: tenant.DefaultLimits(),
	}, set)
	if err != nil {
		t.Fatal(err)
	}
	served, err := api.New(api.Deps{Contract: compiled, Keys: keys, Institutions: institutions, Logger: slog.New(slog.DiscardHandler), Settings: freedoms.Default()})
	if err != nil {
		t.Fatal(err)
	}
	m := &mock{T: t, api: httptest.NewServer(served)}
	t.Cleanup(m.api.Close)
	plane, err := control.New(control.Config{Registry: registry, Logger: slog.New(slog.DiscardHandler), Describe: func() control.Description {
		return control.Description{APIURL: m.api.URL + "/v5", Seed: 1}
	}})
	if err != nil {
		t.Fatal(err)
	}
	page, err := console.New(console.Config{APIURL: func() string { return m.api.URL + "/v5" }})
	if err != nil {
		t.Fatal(err)
	}
	plane.Mount(console.BasePath, page)
	m.control = httptest.NewServer(plane)
	t.Cleanup(m.control.Close)
	return m
}

// institution makes one, and returns its ID.
func (m *mock) institution(name string) (id, key string) {
	m.Helper()
	var made struct {
		ID   string `json:"id"`
		Keys []struct {
			Value string `json:"value"`
		} `json:"keys"`
	}
	m.call(http.MethodPost, "/institutions", map[string]any{"name": name}, &made)
	return made.ID, made.Keys[0].Value
}

// call asks the control plane, and reads its answer.
func (m *mock) call(method, path string, body, into any) {
	m.Helper()
	content, err := json.Marshal(body)
	if err != nil {
		m.Fatal(err)
	}
	r, err := http.NewRequestWithContext(m.Context(), method, m.control.URL+control.BasePath+path, bytes.NewReader(content))
	if err != nil {
		m.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := m.control.Client().Do(r)
	if err != nil {
		m.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode >= http.StatusBadRequest {
		m.Fatalf("%s %s: expected success, got %d", method, path, answer.StatusCode)
	}
	if into == nil {
		return
	}
	if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
		m.Fatal(err)
	}
}
