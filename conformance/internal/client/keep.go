package client

import (
	"crypto/sha256"
	"net/http"
	"slices"
	"strings"
)

// What is kept of a run is bounded, so that a target with much to say cannot use
// up the memory of the suite.
const (
	// maxKeptBodies is how many bytes of bodies are kept for as long as the run
	// lasts. The same body twice counts once.
	maxKeptBodies = 8 << 20
	// maxKept is how many exchanges are kept, ten times what a run makes. Those after
	// them are counted only.
	maxKept = 5000
	// maxKeptHeader is how many bytes of a response's headers are kept.
	maxKeptHeader = 8 << 10
	// maxSafe is how many bytes of a body are kept for people to read.
	maxSafe = 8<<10 - 64
)

// archive is the exchanges of a run.
type archive struct {
	exchanges []*Exchange
	bodies    map[[sha256.Size]byte][]byte
	size      int // of the bodies, in bytes
	throttled int // answers of infrastructure, after each of which the run asked again
}

// add keeps an exchange, with its body if there is room.
func (a *archive) add(e *Exchange) {
	a.throttled += e.Throttled
	if len(a.exchanges) == maxKept {
		return
	}
	if len(e.Body) > 0 && !a.keep(e) {
		e = e.Brief()
	}
	a.exchanges = append(a.exchanges, e)
}

// keep finds room for a body, which is none if the same one is there already.
func (a *archive) keep(e *Exchange) bool {
	sum := sha256.Sum256(e.Body)
	if same, there := a.bodies[sum]; there {
		e.Body = same
		return true
	}
	if a.size+len(e.Body) > maxKeptBodies {
		return false
	}
	if a.bodies == nil {
		a.bodies = map[[sha256.Size]byte][]byte{}
	}
	e.Body = slices.Clip(e.Body)
	a.bodies[sum] = e.Body
	a.size += len(e.Body)
	return true
}

func (a *archive) all() []*Exchange {
	all := slices.Clone(a.exchanges)
	slices.SortFunc(all, func(x, y *Exchange) int { return x.Number - y.Number })
	return all
}

// seal notes what is read of a body once there is none any more.
func (e *Exchange) seal() {
	e.Call.Stream = nil // and all that it holds
	e.size, e.safe = max(e.size, len(e.Body)), e.options.Redactor.Prefix(e.Body, maxSafe)
	e.sentSize, e.sent = len(e.Call.Body), e.options.Redactor.Prefix(e.Call.Body, maxSafe)
}

// Brief returns the exchange without its body, and without that of the request if
// it was long. All else stays, and so does what SafeBody and Got say.
func (e *Exchange) Brief() *Exchange {
	brief := *e
	brief.Body, brief.Truncated = nil, len(e.Body) > 0 || e.Truncated
	if brief.sentSize > maxSafe {
		brief.Call.Body = []byte{}
	}
	return &brief
}

// bounded keeps as much of the headers as there is room for: first those that
// mean something to this program, then the others by name.
func bounded(h http.Header, coding []string) http.Header {
	kept, room := http.Header{}, maxKeptHeader
	if len(coding) > 0 {
		kept["Transfer-Encoding"] = coding // the standard library takes it out of the headers
	}
	names := []string{"Content-Type", "Content-Length", "Content-Encoding", "Location", "Retry-After", "Date", "Www-Authenticate"}
	rest := make([]string, 0, len(h))
	for name := range h {
		if !slices.Contains(names, name) {
			rest = append(rest, name)
		}
	}
	slices.Sort(rest)
	for _, name := range append(names, rest...) {
		for _, value := range h[name] {
			if n := len(name) + len(value); n <= room {
				kept[name] = append(kept[name], strings.Clone(value))
				room -= n
			}
		}
	}
	return kept
}
