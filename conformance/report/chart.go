package report

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// chart shows the latency of the operations on one logarithmic scale. Places are in
// percent of the width, so that the chart fits every screen and its text keeps its
// size.
type chart struct {
	Rows  []chartRow
	Ticks []chartTick
}

type chartRow struct {
	Operation, Summary string
	Dots               []string
	Median, P95        string
}

type chartTick struct{ At, Label, Anchor string }

// newChart returns the chart of the measured operations, or nil without any.
func newChart(latencies []Latency) *chart {
	scale, ok := newLogScale(latencies)
	if !ok {
		return nil
	}
	c := &chart{Ticks: scale.ticks()}
	for _, l := range latencies {
		if len(l.Samples) > 0 {
			c.Rows = append(c.Rows, newChartRow(scale, l))
		}
	}
	return c
}

func newChartRow(scale logScale, l Latency) chartRow {
	row := chartRow{
		Operation: l.Operation, Median: scale.place(l.Median), P95: scale.place(l.P95),
		Summary: fmt.Sprintf("%s, median %s, 95th percentile %s, at most %s",
			plural(l.Count, "request"), roundTime(l.Median), roundTime(l.P95), roundTime(l.Max)),
	}
	for _, sample := range l.Samples {
		row.Dots = append(row.Dots, scale.place(sample))
	}
	slices.Sort(row.Dots)
	row.Dots = slices.Compact(row.Dots) // equal dots look like one
	return row
}

// logScale is the range between two powers of ten, in nanoseconds.
type logScale struct{ low, high float64 }

// shortest is the resolution; no network is faster.
const shortest = time.Microsecond

func newLogScale(latencies []Latency) (logScale, bool) {
	var samples []time.Duration
	for _, l := range latencies {
		samples = append(samples, l.Samples...)
	}
	if len(samples) == 0 {
		return logScale{}, false
	}
	s := logScale{math.Floor(power(slices.Min(samples))), math.Ceil(power(slices.Max(samples)))}
	s.high = max(s.high, s.low+1)
	return s, true
}

func power(d time.Duration) float64 { return math.Log10(float64(max(d, shortest))) }

// place returns the place of a duration, in percent from the left.
func (s logScale) place(d time.Duration) string {
	share := (power(d) - s.low) / (s.high - s.low)
	return fmt.Sprintf("%.1f", 100*min(max(share, 0), 1))
}

func (s logScale) ticks() []chartTick {
	var ticks []chartTick
	for p := s.low; p <= s.high; p++ {
		d := time.Duration(math.Round(math.Pow(10, p)))
		tick := chartTick{At: s.place(d), Label: d.String(), Anchor: "middle"}
		switch p {
		case s.low:
			tick.Anchor = "start"
		case s.high:
			tick.Anchor = "end"
		}
		ticks = append(ticks, tick)
	}
	return ticks
}
