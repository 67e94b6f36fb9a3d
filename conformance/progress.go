package conformance

import "time"

// Status is how far a run is.
type Status struct {
	Done, Total int           // scenarios
	Left        time.Duration // estimate
}

// usualRequests is the average number of requests of a scenario.
const usualRequests = 6.5

// status estimates the time left by the requests of the scenarios that have ended,
// and by the rate so far or, at the beginning, by the latency.
func (s *suite) status(done int, now time.Time) Status {
	st := Status{Done: done, Total: len(s.plan.Scenarios)}
	sent, _ := s.client.Count()
	workers := float64(s.options.Parallel)
	rate := float64(sent) / max(now.Sub(s.report.Run.Started), time.Millisecond).Seconds()
	if float64(sent) < 2*workers {
		rate = min(s.client.Rate(), workers/max(s.client.Latency(), time.Millisecond).Seconds())
	}
	each := max(usualRequests, float64(sent)/(float64(done)+workers))
	st.Left = time.Duration(float64(st.Total-done) * each / rate * float64(time.Second))
	return st
}
