package fault

import (
	"net/http"
	"slices"
)

// Fields of a rule that a kind may need.
const (
	needsDelay  = "delay"
	needsStatus = "status"
)

// Kinds lists all kinds. A new kind is a row here and a name in the enum of
// control.yaml.
func Kinds() []Kind {
	return []Kind{
		{Name: "delay", Meaning: "the request is carried out late", Needs: []string{needsDelay}, early: true, deliver: whole},
		answer(),
		{Name: "reset-before-commit", Meaning: "the connection is reset, and nothing is carried out", Skips: true, early: true, deliver: reset},
		{Name: "commit-then-delay", Meaning: "the request is carried out at once and answered late", Needs: []string{needsDelay}, deliver: whole},
		{Name: "commit-then-answer", Meaning: "the request is carried out, and another response is sent", Needs: []string{needsStatus}, deliver: replace},
		{Name: "commit-then-reset", Meaning: "the request is carried out, and the connection is reset before the response", deliver: reset},
		{Name: "reset-after-headers", Meaning: "the request is carried out, and the connection is reset after the headers of the response", deliver: headersOnly},
		{Name: "truncate", Meaning: "the request is carried out, and the connection ends in the middle of the body", deliver: half},
		{Name: "slow", Meaning: "the request is carried out, and the body is sent in small pieces", Needs: []string{needsDelay}, spread: true, deliver: slowly},
	}
}

// answer is also the kind of a refused Prefer header.
func answer() Kind {
	return Kind{Name: "answer", Meaning: "another response is sent, and nothing is carried out", Needs: []string{needsStatus}, Skips: true, early: true, deliver: replace}
}

// defaultKind returns the kind of a rule that names none.
func defaultKind(status int) Name {
	if status != 0 {
		return "answer"
	}
	return "delay"
}

func kindOf(name Name) (Kind, bool) {
	kinds := Kinds()
	i := slices.IndexFunc(kinds, func(k Kind) bool { return k.Name == name })
	if i < 0 {
		return Kind{}, false
	}
	return kinds[i], true
}

// The ways to deliver a response.

func whole(_ *Plan, w http.ResponseWriter, _ *http.Request, response Response) error {
	return response.Write(w)
}

func replace(p *Plan, w http.ResponseWriter, _ *http.Request, _ Response) error {
	return p.sendOther(w)
}

func reset(_ *Plan, w http.ResponseWriter, _ *http.Request, _ Response) error {
	cut(w)
	return nil
}

func headersOnly(_ *Plan, w http.ResponseWriter, _ *http.Request, response Response) error {
	return truncate(w, response, 0)
}

func half(_ *Plan, w http.ResponseWriter, _ *http.Request, response Response) error {
	return truncate(w, response, 0.5)
}

func slowly(p *Plan, w http.ResponseWriter, r *http.Request, response Response) error {
	return response.Write(&slowWriter{ResponseWriter: w, request: r, over: p.Delay})
}
