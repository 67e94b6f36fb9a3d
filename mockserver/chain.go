package mockserver

import (
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"time"

	"example.com/assay/mockserver/internal/journal"
)

// stage is one thing that happens around every request.
type stage struct {
	name string
	wrap func(http.Handler) http.Handler
}

// stages is the one table of what stands around the API, from the outside in.
func (s *Server) stages() []stage {
	return []stage{
		{"journal", s.journaled},
		{"recover", recovering(s.logger)},
		{"cors", s.cors.wrap},
	}
}

func chain(inner http.Handler, stages []stage) http.Handler {
	for _, stage := range slices.Backward(stages) {
		inner = stage.wrap(inner)
	}
	return inner
}

// journaled writes down every exchange as the client sees it, and gives every
// response its ID. Probes are left out: they tell nothing, and come every second.
func (s *Server) journaled(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/healthz" || r.URL.Path == "/readyz" {
			next.ServeHTTP(w, r)
			return
		}
		x := journal.Begin(w, r, s.strays, s.now)
		start := time.Now() // of the machine: how long it takes is no matter of the institution's time
		traced := s.tracer.begin(r, x)
		defer func() { // whatever panics
			x.End()
			s.metrics.exchanged(x.Ended(), time.Since(start))
			traced(x.Ended())
		}()
		next.ServeHTTP(x, r)
	})
}

// recovering is the last resort: the API turns its own panics into problem
// documents, and what stands around it ends up here.
func recovering(logger *slog.Logger) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer func() {
				p := recover()
				if p == nil {
					return
				}
				if p == http.ErrAbortHandler { //nolint:errorlint // the sentinel of net/http, which compares it so too
					panic(p)
				}
				logger.Error("panic", "value", p, "stack", string(debug.Stack()))
				w.WriteHeader(http.StatusInternalServerError)
			}()
			next.ServeHTTP(w, r)
		})
	}
}
