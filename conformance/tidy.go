package conformance

import (
	"context"
	"fmt"
	"time"
)

// How long a run tidies up at its end. Nobody waits long for a run that is interrupted.
const (
	tidyLimit            = 2 * time.Minute
	interruptedTidyLimit = 30 * time.Second
)

// tidy cancels what the run created, also after an interrupt. Nothing that it sees is
// evidence.
func (s *suite) tidy(ctx context.Context) {
	if s.options.Keep || !s.options.AllowCancel {
		return
	}
	limit := tidyLimit
	if ctx.Err() != nil {
		limit = interruptedTidyLimit
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer cancel()
	s.report.Run.Tidied, s.report.Leftovers = s.steps.Tidy(ctx, min(s.options.Parallel, 8))
	if n := len(s.report.Leftovers); n > 0 {
		s.report.Notes = append(s.report.Notes, fmt.Sprintf("%d assessments of this run could not be cancelled at its end, such as %s: %s", n, s.report.Leftovers[0].Assessment, s.report.Leftovers[0].Why))
	}
}
