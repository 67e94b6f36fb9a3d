package api

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"example.com/assay/internal/suggest"
	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/openapi"
)

// hintQuery adds to undeclared parameters which one was probably meant.
func hintQuery(op *contract.Operation, mismatches []contract.Mismatch) []contract.Mismatch {
	for i, m := range mismatches {
		if nearest, ok := suggest.Nearest(m.Parameter, op.QueryNames()); ok {
			mismatches[i].Meant, mismatches[i].Hint = nearest, fmt.Sprintf("did you mean %q?", nearest)
		}
	}
	return mismatches
}

// noteIgnored writes down what nobody declared and nobody objected to: a filter
// that does not exist is the usual reason for a list that is too long.
func noteIgnored(c *call, mismatches []contract.Mismatch) {
	for _, m := range mismatches {
		note := fmt.Sprintf("the query parameter %s is none of the contract, and was ignored (unknown-query=ignore)", m.Got)
		if m.Hint != "" {
			note += "; " + m.Hint
		}
		c.exchange.Note(note)
	}
}

// hintBody adds to missing properties which one of the body was probably meant.
func hintBody(op *contract.Operation, body any, mismatches []contract.Mismatch) []contract.Mismatch {
	object, _ := body.(map[string]any)
	for i, m := range mismatches {
		name := strings.TrimPrefix(m.Pointer, "/")
		if got, ok := misspelt(op, object, name); ok {
			mismatches[i].Hint = fmt.Sprintf("did you mean %q by %q?", name, got)
		}
	}
	return mismatches
}

// misspelt returns the property of the object that was probably meant to be the
// missing one of the name. Names that are declared are what they are.
func misspelt(op *contract.Operation, object map[string]any, name string) (string, bool) {
	declared := op.BodyProperties()
	if _, given := object[name]; given || !slices.Contains(declared, name) {
		return "", false
	}
	var others []string
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if !slices.Contains(declared, key) {
			others = append(others, key)
		}
	}
	return suggest.Nearest(name, others)
}

// unknownPath refuses a path that is none of the contract's, and guesses which
// one was meant.
func (a *API) unknownPath(r *http.Request) error {
	refusal := domain.Errorf(domain.NotFound, "expected a path of the contract below %s, got %.200q", openapi.BasePath, r.URL.Path)
	meant := a.meantPath(r.URL.Path)
	if meant != "" {
		refusal.Detail += fmt.Sprintf("; did you mean %.200q?", meant)
	}
	return &wrongPathError{refusal, meant}
}

// wrongPathError is the refusal of a path, with the one that was probably meant.
type wrongPathError struct {
	refusal *domain.Error
	meant   string // empty: nobody knows
}

// Error returns the detail of the refusal.
func (w *wrongPathError) Error() string { return w.refusal.Error() }

// Unwrap makes it a refusal like any other.
func (w *wrongPathError) Unwrap() error { return w.refusal }

// meantPath returns the path of the contract that is nearest to the given one,
// with the given values in the place of its parameters; empty if none is near.
func (a *API) meantPath(path string) string {
	const longest = 512 // bytes: nobody misspells more
	if len(path) > longest {
		return ""
	}
	given := strings.FieldsFunc(strings.TrimPrefix(path, openapi.BasePath), func(c rune) bool { return c == '/' })
	best, fewest := "", 0
	for _, op := range a.Contract.Operations() {
		want := strings.Split(strings.TrimPrefix(op.Path, "/"), "/")
		if len(want) != len(given) {
			continue
		}
		filled, errors, ok := fill(want, given)
		if ok && (best == "" || errors < fewest) {
			best, fewest = openapi.BasePath+"/"+strings.Join(filled, "/"), errors
		}
	}
	if best == path {
		return "" // it is a path of the contract, and not served for another reason
	}
	return best
}

// fill puts the given segments of a path in the place of parameters, and counts
// the segments that are misspelt. It fails if one is something else altogether.
func fill(want, given []string) (filled []string, errors int, ok bool) {
	filled = slices.Clone(want)
	for i, segment := range want {
		switch _, near := suggest.Nearest(given[i], []string{segment}); {
		case strings.HasPrefix(segment, "{"):
			filled[i] = given[i]
		case segment == given[i]:
		case near, len(given[i]) > 2 && strings.HasPrefix(segment, given[i]):
			errors++
		default:
			return nil, 0, false
		}
	}
	return filled, errors, true
}
