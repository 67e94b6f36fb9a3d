package steps

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/internal/target"
)

// check is an assertion as a value. It judges evidence of any scenario or exchange.
type check struct {
	requirement string                  // ID; empty for the scenario's own
	expected    string                  // statement
	wrong       func(evidence) []string // the contradictions; none if it holds
}

// evidenceOf returns a response with its record, if it has one.
func evidenceOf(e *client.Exchange) evidence {
	r, _ := target.RecordOf(e)
	return evidence{e, r}
}

// unless returns got, unless the claim holds.
func unless(holds bool, got string) []string {
	if holds {
		return nil
	}
	return []string{got}
}

func hasStatus(status int) check {
	return check{expected: fmt.Sprint("status ", status), wrong: func(ev evidence) []string {
		return unless(ev.exchange.Status == status, ev.exchange.Got())
	}}
}

func isSuccess() check {
	return check{expected: "a status of 2xx", wrong: func(ev evidence) []string {
		return unless(ev.exchange.Success(), ev.exchange.Got())
	}}
}

func isClientError() check {
	return check{expected: "a status of 4xx", wrong: func(ev evidence) []string {
		return unless(ev.exchange.Status/100 == 4, ev.exchange.Got())
	}}
}

func hasNoByte() check {
	return check{expected: "no byte after the head of the response", wrong: func(ev evidence) []string {
		return unless(len(ev.exchange.Body) == 0, ev.exchange.Got())
	}}
}

func announcesNoBody() check {
	return check{expected: "a head that announces no body", wrong: func(ev evidence) []string {
		h := ev.exchange.Header
		length, coding := h.Get("Content-Length"), strings.Join(h.Values("Transfer-Encoding"), ", ")
		return unless((length == "" || length == "0") && coding == "", fmt.Sprintf("Content-Length %q, Transfer-Encoding %q", length, coding))
	}}
}

func isFound(id string) check {
	return check{expected: "status 200 with the assessment " + id, wrong: func(ev evidence) []string {
		return unless(ev.exchange.Status == http.StatusOK && strings.EqualFold(ev.record.ID(), id), ev.exchange.Got())
	}}
}

func hasDocumentedFields() check {
	return check{expected: "the 13 documented fields, of the documented types", wrong: func(ev evidence) []string {
		if ev.record == nil {
			return []string{ev.exchange.Got()}
		}
		return lacking(ev.record)
	}}
}

// hasText demands the text of a field; upper and lower case are the same.
func hasText(name, value string) check {
	return check{expected: name + " " + value, wrong: func(ev evidence) []string {
		return unless(strings.EqualFold(ev.record.Text(name), value), target.JSONText(ev.record[name]))
	}}
}

// hasState demands one of the states.
func hasState(states ...string) check {
	return check{expected: "workflow_state to be one of " + strings.Join(states, ", "), wrong: func(ev evidence) []string {
		return unless(slices.Contains(states, ev.record.State()), target.JSONText(ev.record["workflow_state"]))
	}}
}

// keeps demands the same values as in an earlier record, of all fields if none is
// named.
func keeps(expected string, from target.Record, names ...string) check {
	return check{expected: expected, wrong: func(ev evidence) []string {
		if ev.record == nil {
			return []string{ev.exchange.Got()}
		}
		return ev.record.Difference(from, names...)
	}}
}

// isNotCancelled lets a workflow run on by itself, into Error even.
func isNotCancelled(from target.Record) check {
	c := keeps("an assessment without a cancel to stay active, and to keep its fixed fields", from, fixedFields()...)
	kept := c.wrong
	c.wrong = func(ev evidence) []string {
		state := ev.record.State()
		return append(kept(ev), unless(ev.record == nil || state == "Active" || state == "Error", fmt.Sprintf("workflow_state = %q", state))...)
	}
	return c
}

func explainsError() check {
	return check{expected: "an assessment in Error to explain it in its error fields", wrong: func(ev evidence) []string {
		var lines []string
		for _, name := range errorFields() {
			if !isBlank(ev.record[name]) {
				return nil
			}
			lines = append(lines, name+" = "+target.JSONText(ev.record[name]))
		}
		return lines
	}}
}

func hasNull(name string) check {
	return check{expected: name + " to be null while the workflow is Active", wrong: func(ev evidence) []string {
		return unless(ev.record[name] == nil, target.JSONText(ev.record[name]))
	}}
}

// hasName accepts any field with "name" in its name, because no page prints it.
func hasName() check {
	return check{expected: "the outcome to have a name", wrong: func(ev evidence) []string {
		for key := range ev.record {
			if strings.Contains(strings.ToLower(key), "name") && strings.TrimSpace(ev.record.Text(key)) != "" {
				return nil
			}
		}
		return []string{ev.exchange.Got()}
	}}
}

func hasUUID() check {
	return check{expected: "every item to have an id, a UUID", wrong: func(ev evidence) []string {
		return unless(target.IsUUID(ev.record["id"]), target.JSONText(ev.record))
	}}
}

func isRefused(defect string) check {
	return check{expected: "a request with " + defect + " to be refused, and not to break the server", wrong: func(ev evidence) []string {
		return unless(refused(ev.exchange), ev.exchange.Got())
	}}
}

// refused reports whether the API or a gateway before it refused the request. A server
// may close the connection on a body that is too large.
func refused(e *client.Exchange) bool {
	return e.Status/100 == 3 || e.Status/100 == 4 || e.Status == http.StatusNotImplemented || tooLarge(e)
}

func tooLarge(e *client.Exchange) bool { return e != nil && e.Dropped && len(e.Call.Body) > 64<<10 }
