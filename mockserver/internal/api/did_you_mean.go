package api

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"example.com/assay/internal/suggest"
	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/openapi"
)

// hintQuery adds suggestions to undeclared parameters.
func hintQuery(op *contract.Operation, mismatches []contract.Mismatch) []contract.Mismatch {
	for i, m := range mismatches {
		if nearest, ok := suggest.Nearest(m.Parameter, op.QueryNames()); ok {
			mismatches[i].Meant, mismatches[i].Hint = nearest, fmt.Sprintf("did you mean %q?", nearest)
		}
	}
	return mismatches
}

// noteIgnored notes parameters that are ignored: an unknown filter is the usual
// reason for a list that is too long.
func (rc *requestContext) noteIgnored(mismatches []contract.Mismatch) {
	for _, m := range mismatches {
		note := fmt.Sprintf("the query parameter %s is not in the contract and was ignored (unknown-query=ignore)", m.Got)
		if m.Hint != "" {
			note += "; " + m.Hint
		}
		rc.recorder.Note(note)
	}
}

// hintBody adds suggestions to missing properties.
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

// misspelt returns the undeclared property of the object that is probably the
// missing one.
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

// unknownPathError is the refusal of a path.
type unknownPathError struct {
	refusal *domain.Error
	meant   string // the path that was probably meant; empty: unknown
}

// Error returns the detail of the refusal.
func (e *unknownPathError) Error() string { return e.refusal.Error() }

// Unwrap makes it a refusal like any other.
func (e *unknownPathError) Unwrap() error { return e.refusal }

// unknownPath refuses the path, and suggests another one.
func (rc *requestContext) unknownPath() error {
	refusal := domain.Errorf(domain.NotFound, "no path %.200q in the contract", rc.sent)
	meant := meantPath(rc.path)
	if meant != "" {
		refusal.Detail += fmt.Sprintf("; did you mean %.200q?", meant)
	}
	return &unknownPathError{refusal, meant}
}

// meantPath returns the nearest path of the contract, with the given values of its
// parameters; empty if none is near.
func meantPath(path string) string {
	const longest = 512 // bytes
	if len(path) > longest {
		return ""
	}
	given := strings.FieldsFunc(strings.TrimPrefix(path, openapi.BasePath), func(c rune) bool { return c == '/' })
	best, fewest := "", 0
	for _, op := range openapi.Operations() {
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
		return "" // not served for another reason
	}
	return best
}

// fill replaces the parameters of a path by the given segments, and counts the
// misspelt segments. It fails if a segment is too different.
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
