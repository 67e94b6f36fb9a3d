package api_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/mockserver/internal/api"
	"example.com/assay/mockserver/internal/auth"
	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/freedoms"
	"example.com/assay/openapi"
)

func loadContract(t testing.TB) *contract.Contract {
	t.Helper()
	doc, err := openapi.Load()
	if err != nil {
		t.Fatal(err)
	}
	c, err := contract.New(doc)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestRoutesEqualTheContract(t *testing.T) {
	t.Parallel()
	c := loadContract(t)
	var want []string
	for _, op := range openapi.Operations() {
		if op.SameAs == "" {
			want = append(want, op.ID)
		}
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, api.RouteIDs()); diff != "" {
		t.Errorf("operations (-contract +routes):\n%s", diff)
	}
	if _, err := api.New(api.Deps{Contract: c, Keys: auth.NewKeys(), Logger: slog.New(slog.DiscardHandler)}); err != nil {
		t.Errorf("New: %v", err)
	}
}

func TestEveryErrorBodyHasAnEncoder(t *testing.T) {
	t.Parallel()
	for _, f := range openapi.Freedoms() {
		if f.Name != "error-body" {
			continue
		}
		want := slices.Sorted(slices.Values(f.Values))
		if diff := cmp.Diff(want, api.EncoderNames()); diff != "" {
			t.Errorf("error bodies (-freedoms +encoders):\n%s", diff)
		}
	}
}

// TestEveryErrorIsCertified has every kind in every form answered by an
// operation that declares its status, or for none.
func TestEveryErrorIsCertified(t *testing.T) {
	t.Parallel()
	c := loadContract(t)
	for _, kind := range domain.Kinds() {
		for _, form := range api.EncoderNames() {
			t.Run(string(kind)+" "+form, func(t *testing.T) {
				t.Parallel()
				status, contentType, body := api.Encode(freedoms.ErrorBody(form), domain.Errorf(kind, "a %q <detail> & more", "quoted"))
				if err := certify(c, status, contentType, body); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func certify(c *contract.Contract, status int, contentType string, body []byte) error {
	_, err := c.RespondUnrouted(status, contentType, body)
	for _, op := range c.Operations() {
		if err == nil {
			return nil
		}
		_, err = op.RespondError(status, contentType, body)
	}
	return err
}

func TestDefectsKeepTheirReasonsInside(t *testing.T) {
	t.Parallel()
	status, _, body := api.Encode(freedoms.ErrorBodyProblem, errors.New("secret"))
	if status != http.StatusInternalServerError || len(body) == 0 || bytes.Contains(body, []byte("secret")) {
		t.Errorf("got %d %s, want 500 without the reason", status, body)
	}
}
