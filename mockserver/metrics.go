package mockserver

import (
	"cmp"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"example.com/assay/mockserver/internal/journal"
)

const (
	noOperation = "none" // the label of a request for no operation of the contract
	noStatus    = "cut"  // the label of a connection that was cut before there was a status
)

// metrics counts what a server does. Its labels have few values, none of which a
// client chooses.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	faults   *prometheus.CounterVec
	reloads  *prometheus.CounterVec
	series   sync.Map // of *series by outcome: looking them up by labels costs more than counting
}

// outcome is what the series of requests are told apart by. There are few.
type outcome struct {
	operation string
	status    int
}

// series are what a request is counted in.
type series struct {
	requests prometheus.Counter
	seconds  prometheus.Observer
}

func newMetrics(institutions func() int) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "assay_requests_total", Help: "Requests by operation of the contract and by status.",
		}, []string{"operation", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "assay_request_duration_seconds", Help: "How long requests took, by operation of the contract. Delays that faults make count.",
			Buckets: []float64{.00005, .0001, .00025, .0005, .001, .0025, .005, .01, .05, .1, .5, 1, 5},
		}, []string{"operation"}),
		faults: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "assay_faults_total", Help: "Faults that struck, by kind.",
		}, []string{"fault"}),
		reloads: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "assay_fixture_reloads_total", Help: "Attempts to replace the fixtures, by whether they were good.",
		}, []string{"result"}),
	}
	m.registry.MustRegister(
		m.requests, m.seconds, m.faults, m.reloads,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "assay_institutions", Help: "Institutions that there are.",
		}, func() float64 { return float64(institutions()) }),
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return m
}

// exchanged counts a request that has ended.
func (m *metrics) exchanged(r journal.Ended, took time.Duration) {
	s := m.of(outcome{r.Operation, r.Status})
	s.requests.Inc()
	s.seconds.Observe(took.Seconds())
	if r.Fault != "" {
		m.faults.WithLabelValues(r.Fault).Inc()
	}
}

// of returns the series of an outcome.
func (m *metrics) of(o outcome) *series {
	if known, ok := m.series.Load(o); ok {
		return known.(*series) //nolint:forcetypeassert // nothing else is put there
	}
	operation := cmp.Or(o.operation, noOperation)
	status := noStatus
	if o.status != 0 {
		status = strconv.Itoa(o.status)
	}
	made := &series{m.requests.WithLabelValues(operation, status), m.seconds.WithLabelValues(operation)}
	m.series.Store(o, made)
	return made
}

// reloaded counts an attempt to replace the fixtures.
func (m *metrics) reloaded(err error) {
	result := "served"
	if err != nil {
		result = "refused"
	}
	m.reloads.WithLabelValues(result).Inc()
}

// handler serves the metrics in the text format of Prometheus.
func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}
