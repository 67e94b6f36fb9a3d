package steps

import (
	"context"
	"fmt"
	"net/http"

	"golang.org/x/sync/errgroup"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/internal/target"
	"example.com/assay/conformance/report"
)

// Tidy cancels what the run created and has not cancelled, with so many requests at once.
// It returns how many it cancelled, and what stays.
func (r *Run) Tidy(ctx context.Context, parallel int) (cancelled int, left []report.Leftover) {
	session := r.target.Session("the end of the run", func(*client.Exchange) {})
	open := r.target.Open()
	whys := make([]string, len(open))
	var workers errgroup.Group
	workers.SetLimit(parallel)
	for i, c := range open {
		workers.Go(func() error {
			whys[i] = whyLeft(session.Send(ctx, cancelOf(c)))
			return nil
		})
	}
	_ = workers.Wait() // each keeps its own reason
	for i, c := range open {
		if whys[i] == "" {
			cancelled++
			continue
		}
		left = append(left, report.Leftover{Assessment: c.ID, Why: whys[i], Curl: r.Client.Curl(cancelOf(c))})
	}
	return cancelled, left
}

func cancelOf(c target.Created) client.Call {
	return target.Call(target.CancelWorkflow, c.Key, c.ID, nil)
}

// whyLeft returns why a cancel left an assessment as it is; empty: it did not, or the
// assessment is gone.
func whyLeft(e *client.Exchange, err error) string {
	switch {
	case err != nil:
		return err.Error()
	case e.Success() || e.Status == http.StatusNotFound:
		return ""
	}
	return fmt.Sprintf("the cancel was answered with %s", e.Got())
}
