package wire_test

import (
	"net/http"
	"testing"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/wire"
)

func TestEveryKindHasAStatus(t *testing.T) {
	t.Parallel()
	for _, kind := range domain.Kinds() {
		p := wire.NewProblem(kind, "detail")
		if p.Status != wire.Status(kind) || p.Title == "" || p.Title != http.StatusText(p.Status) || wire.LegacyCode(kind) == 0 {
			t.Errorf("%s: got %+v and the code %d, want a status with its title and a code", kind, p, wire.LegacyCode(kind))
		}
	}
}
