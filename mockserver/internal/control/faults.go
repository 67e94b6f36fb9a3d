package control

import (
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/fault"
)

func faultRoutes() map[string]handler {
	return map[string]handler{
		"listFaultKinds": listFaultKinds,
		"listFaults":     func(r *request) (response, error) { return ok(r.institution.Faults().List()) },
		"armFault":       armFault,
		"disarmFaults":   disarmFaults,
		"disarmFault":    disarmFault,
	}
}

type faultKind struct {
	Name  fault.Name `json:"name"`
	What  string     `json:"what"`
	Needs []string   `json:"needs"` // required fields of the rule
}

func listFaultKinds(*request) (response, error) {
	kinds := []faultKind{}
	for _, k := range fault.Kinds() {
		kinds = append(kinds, faultKind{k.Name, k.Meaning, append([]string{}, k.Needs...)})
	}
	return ok(kinds)
}

func armFault(r *request) (response, error) {
	rule, err := decode[fault.Rule](r)
	if err != nil {
		return response{}, err
	}
	armed, err := r.institution.Arm(rule)
	if err != nil {
		return response{}, domain.Errorf(domain.BadRequest, "%v", err)
	}
	return created(armed)
}

func disarmFaults(r *request) (response, error) {
	r.institution.DisarmAll()
	return noContent()
}

func disarmFault(r *request) (response, error) {
	if !r.institution.Disarm(r.PathValue("fault")) {
		return response{}, domain.Errorf(domain.NotFound, "expected the ID of an armed fault, got %.64q: list the faults to see them", r.PathValue("fault"))
	}
	return noContent()
}
