package journal

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"example.com/assay/internal/redact"
	"example.com/assay/internal/shell"
)

// Explain returns the same entry as [Journal.Entry], with sentences that explain the
// response or the change.
func (j *Journal) Explain(ref string) (Entry, []string, bool) {
	records, _ := j.records()
	r := find(records, ref)
	if r == nil {
		return Entry{}, nil, false
	}
	e := r.entry()
	return e, e.explain(causesOf(r, records)), true
}

func (e Entry) explain(from causes) []string {
	if e.Control != nil {
		return []string{fmt.Sprintf("At %s, %s %s.", stamp(e.Time), e.Control.By.words(), e.Control.Words)}
	}
	return slices.Concat([]string{e.explainRequest()}, e.explainProblem(), e.explainState(from), e.explainChoices(from), e.Notes,
		e.explainFault(from), []string{e.explainResponse()})
}

func (e Entry) explainRequest() string {
	operation, institution := "no operation of the contract", "no institution, for lack of a valid key"
	if e.Operation != "" {
		operation = "the operation " + e.Operation
	}
	if e.Institution != "" {
		institution = "the institution " + e.Institution
	}
	if e.Request.URL == "" {
		return fmt.Sprintf("At %s, a client sent no request line of HTTP.", stamp(e.Time))
	}
	return fmt.Sprintf("At %s, %s %s matched %s and %s.", stamp(e.Time), e.Request.Method, e.Request.URL, operation, institution)
}

func (e Entry) explainProblem() []string {
	if e.Problem == "" {
		if e.Operation != "" && e.Institution != "" && e.Response.Status != 0 && e.Response.Status < http.StatusBadRequest {
			return []string{"The request conforms to the contract."}
		}
		return nil
	}
	lines := []string{"It was refused: " + e.Problem + "."}
	for _, f := range e.Findings {
		line := fmt.Sprintf("The contract asks for %s in the %s, and got %s", f.Expected, place(f.In, f.Parameter, f.Pointer), f.Got)
		if f.Contract != "" {
			line += "; see " + f.Contract + " of the OpenAPI document"
		}
		if f.Hint != "" {
			line += "; " + strings.TrimSuffix(f.Hint, "?") + "?"
		} else {
			line += "."
		}
		lines = append(lines, line)
	}
	if e.Try != "" {
		lines = append(lines, "This would have worked: "+e.Try)
	}
	return lines
}

func place(in, parameter, pointer string) string {
	switch {
	case parameter != "":
		return in + " (" + parameter + ")"
	case pointer != "":
		return in + " (" + pointer + ")"
	}
	return in
}

func (e Entry) explainState(from causes) []string {
	if e.State == nil {
		return nil
	}
	lines := []string{e.explainEffect()}
	if cause := from.state(); cause != "" {
		lines = append(lines, cause)
	}
	return lines
}

func (e Entry) explainEffect() string {
	switch s := e.State; {
	case s.Before == nil:
		return fmt.Sprintf("It created the assessment %s, whose workflow is %s.", e.Assessment, s.After.State)
	case s.Effective:
		return fmt.Sprintf("It changed the assessment %s: %s before, %s after, with the outcome %s.", e.Assessment, s.Before.State, s.After.State, s.After.Outcome)
	case e.Request.Method == http.MethodPost:
		return fmt.Sprintf("It changed nothing: the assessment %s was %s before and after.", e.Assessment, s.Before.State)
	default:
		return fmt.Sprintf("It read the assessment %s, which was %s to its clients.", e.Assessment, s.Before.State)
	}
}

func (e Entry) explainChoices(from causes) []string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(e.Choices)) {
		lines = append(lines, fmt.Sprintf("The documentation leaves %s open; here it is set to %s%s.", name, e.Choices[name], from.choice(name, e.Choices[name])))
	}
	return lines
}

func (e Entry) explainFault(from causes) []string {
	if e.Fault == nil {
		return nil
	}
	cause := "the header Prefer asked for it"
	if e.Fault.Rule != "" {
		cause = "it is armed as " + e.Fault.Rule + from.fault(e.Fault.Rule)
	}
	if e.Fault.Missed != "" {
		return []string{fmt.Sprintf("The fault %s did not happen (%s): %s.", e.Fault.Name, cause, e.Fault.Missed)}
	}
	return []string{fmt.Sprintf("The fault %s was triggered (%s): %s.", e.Fault.Name, cause, e.Fault.Words)}
}

func (e Entry) explainResponse() string {
	r, body := e.Response, "no body"
	if r.Body.Bytes != 0 {
		body = fmt.Sprintf("a body of %d bytes", r.Body.Bytes)
	}
	switch {
	case r.Disconnected && r.Status == 0:
		return "The client got no response: the connection ended before, by the client or because the mock stopped."
	case r.Disconnected:
		return fmt.Sprintf("The mock answered %d %s with %s, but the connection ended before the response was complete.", r.Status, http.StatusText(r.Status), body)
	case r.Status == 0:
		return "The client got no response: the connection was cut."
	case r.Aborted:
		return fmt.Sprintf("The client got %d %s with %d bytes of a body, and then the connection was cut.", r.Status, http.StatusText(r.Status), r.Body.Bytes)
	}
	return fmt.Sprintf("The client got %d %s with %s.", r.Status, http.StatusText(r.Status), body)
}

// Curl returns a command that repeats the request. The key, which the journal does
// not have, comes from the environment. It is empty if there was no request line.
func (e Entry) Curl(scheme string) string {
	if e.Request.URL == "" {
		return ""
	}
	r := shell.Request{Method: e.Request.Method, URL: scheme + "://" + e.Request.Host + e.Request.URL}
	for _, h := range e.Request.Headers {
		switch {
		case h.Name == "Apikey":
			r.Keyed = true
		case !redact.Named(h.Name) && !automatic(h.Name):
			r.Headers = append(r.Headers, shell.Field{Name: h.Name, Value: h.Value})
		}
	}
	if e.Request.Body.Encoding == "" && !e.Request.Body.Cut {
		r.Body = e.Request.Body.Text
	}
	return shell.Command(r)
}

// automatic reports whether clients set the header of every request themselves.
func automatic(header string) bool {
	return slices.Contains([]string{"Content-Length", "Connection", "Accept-Encoding", "User-Agent", "Transfer-Encoding", "Keep-Alive"}, header)
}
