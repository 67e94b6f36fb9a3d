package control

import (
	"time"

	"example.com/assay/mockserver/internal/domain"
)

func clockRoutes() map[string]handler {
	return map[string]handler{
		"getClock":     func(r *request) (response, error) { return ok(r.institution.Clock()) },
		"freezeClock":  func(r *request) (response, error) { return ok(r.institution.Freeze()) },
		"runClock":     func(r *request) (response, error) { return ok(r.institution.Run()) },
		"advanceClock": advanceClock,
	}
}

type advance struct {
	By string `json:"by"`
}

func advanceClock(r *request) (response, error) {
	asked, err := decode[advance](r)
	if err != nil {
		return response{}, err
	}
	if asked.By == "" {
		return ok(r.institution.AdvanceToNext())
	}
	d, err := time.ParseDuration(asked.By)
	if err != nil {
		return response{}, domain.Errorf(domain.BadRequest, "by: expected a duration such as 90s or 24h, got %q", asked.By)
	}
	moved, err := r.institution.Advance(d)
	if err != nil {
		return response{}, err
	}
	return ok(moved)
}
