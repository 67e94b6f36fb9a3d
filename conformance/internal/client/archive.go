package client

import (
	"crypto/sha256"
	"net/http"
	"slices"
	"strings"
)

// The limits of an archive, so that the responses of a target fit into memory.
const (
	// maxKeptBodies is the limit of all bodies of a run, in bytes. Equal bodies count
	// once.
	maxKeptBodies = 8 << 20
	// maxKept is the limit of exchanges. Later ones are only counted.
	maxKept = 5000
	// maxKeptHeader is the limit of the headers of a response, in bytes.
	maxKeptHeader = 8 << 10
	// maxSafe is the limit of a redacted body, in bytes.
	maxSafe = 8<<10 - 64
)

// archive keeps the exchanges of a run.
type archive struct {
	exchanges []*Exchange
	bodies    map[[sha256.Size]byte][]byte
	size      int // of the bodies, in bytes
	throttled int // number of refusals
}

// add keeps an exchange, and its body if it fits.
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

// keep reports whether the body fits. An equal body takes no room.
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

// seal stores the redacted bodies, which outlive the bodies.
func (e *Exchange) seal() {
	e.Call.Stream = nil // and all that it holds
	e.size, e.safe = max(e.size, len(e.Body)), e.redactor.Prefix(e.Body, maxSafe)
	e.sentSize, e.sent = len(e.Call.Body), e.redactor.Prefix(e.Call.Body, maxSafe)
}

// Brief returns the exchange without its body, and without a long request body.
// SafeBody and Got stay the same.
func (e *Exchange) Brief() *Exchange {
	brief := *e
	brief.Body, brief.Truncated = nil, len(e.Body) > 0 || e.Truncated
	if brief.sentSize > maxSafe {
		brief.Call.Body = []byte{}
	}
	return &brief
}

// bounded returns the headers within the limit: first those that the suite reads, then
// the others by name.
func bounded(h http.Header, coding []string) http.Header {
	kept, room := http.Header{}, maxKeptHeader
	if len(coding) > 0 {
		kept["Transfer-Encoding"] = coding // net/http removes it from the headers
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
