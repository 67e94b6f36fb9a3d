package journal

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// explain says in sentences why the answer was what it was, or what was done.
func (e Entry) explain(from origins) []string {
	if e.Control != nil {
		return e.explainControl()
	}
	parts := [][]string{
		{e.explainRequest()}, e.explainProblem(), e.explainState(from), e.explainChoices(from), e.Notes, e.explainFault(from), {e.explainAnswer()},
	}
	return slices.Concat(parts...)
}

func (e Entry) explainRequest() string {
	what := "no operation of the contract"
	if e.Operation != "" {
		what = "the operation " + e.Operation
	}
	who := "no institution: there was no key that is good here"
	if e.Institution != "" {
		who = "the institution " + e.Institution
	}
	return fmt.Sprintf("At %s, %s %s asked for %s, and spoke for %s.", stamp(e.Time), e.Request.Method, e.Request.URL, what, who)
}

func (e Entry) explainProblem() []string {
	if e.Problem == "" {
		if e.Operation != "" && e.Institution != "" && e.Response.Status != 0 && e.Response.Status < http.StatusBadRequest {
			return []string{"The request keeps the contract."}
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
			lines = append(lines, line)
			continue
		}
		lines = append(lines, line+".")
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

func (e Entry) explainState(from origins) []string {
	if e.State == nil {
		return nil
	}
	lines := []string{e.became()}
	if origin := from.state(); origin != "" {
		lines = append(lines, origin)
	}
	return lines
}

func (e Entry) became() string {
	switch s := e.State; {
	case s.Before == nil:
		return fmt.Sprintf("It made the assessment %s, whose workflow is %s.", e.Assessment, s.After.State)
	case s.Effective:
		return fmt.Sprintf("It changed the assessment %s: %s before, %s after, with the outcome %s.", e.Assessment, s.Before.State, s.After.State, s.After.Outcome)
	case e.Request.Method == http.MethodPost:
		return fmt.Sprintf("It changed nothing: the assessment %s was %s before and after.", e.Assessment, s.Before.State)
	default:
		return fmt.Sprintf("It read the assessment %s, which was %s to its clients.", e.Assessment, s.Before.State)
	}
}

func (e Entry) explainChoices(from origins) []string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(e.Choices)) {
		lines = append(lines, fmt.Sprintf("The documentation leaves %s open; here it is set to %s%s.", name, e.Choices[name], from.choice(name, e.Choices[name])))
	}
	return lines
}

func (e Entry) explainFault(from origins) []string {
	if e.Fault == nil {
		return nil
	}
	origin := "the header Prefer asked for it"
	if e.Fault.Rule != "" {
		origin = "it is armed as " + e.Fault.Rule + from.fault(e.Fault.Rule)
	}
	return []string{fmt.Sprintf("The fault %s struck (%s): %s.", e.Fault.Name, origin, e.Fault.Words)}
}

func (e Entry) explainAnswer() string {
	r := e.Response
	switch {
	case r.Status == 0:
		return "The client got no answer: the connection was cut."
	case r.Aborted:
		return fmt.Sprintf("The client got %d %s with %d bytes of a body, and then the connection was cut.", r.Status, http.StatusText(r.Status), r.Body.Bytes)
	}
	return fmt.Sprintf("The client got %d %s with %s.", r.Status, http.StatusText(r.Status), bytesOfBody(r.Body.Bytes))
}

func bytesOfBody(n int64) string {
	if n == 0 {
		return "no body"
	}
	return fmt.Sprintf("a body of %d bytes", n)
}
