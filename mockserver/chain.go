package mockserver

import (
	"encoding/binary"
	"encoding/hex"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"sync/atomic"
)

// stage is one thing that happens around every request.
type stage struct {
	name string
	wrap func(http.Handler) http.Handler
}

// stages is the one table of what stands around the API, from the outside in.
func (s *Server) stages() []stage {
	return []stage{
		{"request-id", s.numbered},
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

// numbered gives every response an ID that the seed and its number make.
func (s *Server) numbered(next http.Handler) http.Handler {
	var count atomic.Uint64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var raw [16]byte
		binary.BigEndian.PutUint64(raw[:8], s.seed)
		binary.BigEndian.PutUint64(raw[8:], count.Add(1))
		w.Header()["X-Request-Id"] = []string{hex.EncodeToString(raw[:])}
		next.ServeHTTP(w, r)
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
