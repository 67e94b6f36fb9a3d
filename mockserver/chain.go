package mockserver

import (
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"time"

	"example.com/assay/mockserver/internal/api"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/journal"
	"example.com/assay/mockserver/internal/rejected"
	"example.com/assay/mockserver/internal/wire"
)

// handler serves a request. The recorder is that of its exchange, and writes to it;
// nil: the request is not journaled.
type handler func(w http.ResponseWriter, r *http.Request, recorder *journal.Exchange)

// stage is one step around each request.
type stage struct {
	name string
	wrap func(handler) handler
}

// stages is the one table of the steps around the API, from the outside in.
func (s *Server) stages() []stage {
	return []stage{
		{"journal", s.journaled},
		{"recover", recovering(s.logger)},
		{"cors", s.cors.wrap},
	}
}

func chain(inner handler, stages []stage) http.Handler {
	for _, stage := range slices.Backward(stages) {
		inner = stage.wrap(inner)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { inner(w, r, nil) })
}

// rejecting returns the handler of requests that are no valid HTTP. They take the same
// steps as any other.
func (s *Server) rejecting(served *api.API) rejected.Handler {
	return func(w http.ResponseWriter, r *http.Request, why rejected.Rejection) {
		refuse := func(w http.ResponseWriter, r *http.Request, recorder *journal.Exchange) {
			served.Refuse(w, r, recorder, refusalOf(why))
		}
		chain(refuse, s.stages()).ServeHTTP(w, r)
	}
}

func refusalOf(why rejected.Rejection) *domain.Error {
	return &domain.Error{Kind: wire.KindOf(why.Status), Detail: why.Reason}
}

// journaled records each exchange as the client sees it, and gives each response its
// ID. It leaves out probes, which come every second.
func (s *Server) journaled(next handler) handler {
	return func(w http.ResponseWriter, r *http.Request, _ *journal.Exchange) {
		if r.URL.Path == "/healthz" || r.URL.Path == "/readyz" {
			next(w, r, nil)
			return
		}
		x := journal.Begin(w, r, s.unmatched, s.now)
		start := time.Now() // by the machine: durations do not depend on the institution's clock
		traced := s.tracer.begin(r, x)
		defer func() { // also after a panic
			x.End()
			s.metrics.exchanged(x.Ended(), time.Since(start))
			traced(x.Ended())
		}()
		next(x, r, x)
	}
}

// recovering catches the panics of the other steps. The API turns its own into
// problem documents.
func recovering(logger *slog.Logger) func(handler) handler {
	return func(next handler) handler {
		return func(w http.ResponseWriter, r *http.Request, recorder *journal.Exchange) {
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
			next(w, r, recorder)
		}
	}
}
