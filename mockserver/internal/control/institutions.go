package control

import (
	"example.com/assay/mockserver/internal/tenant"
)

func institutionRoutes() map[string]handler {
	return map[string]handler{
		"listInstitutions":  listInstitutions,
		"createInstitution": createInstitution,
		"getInstitution":    getInstitution,
		"deleteInstitution": deleteInstitution,
		"resetInstitution":  resetInstitution,
		"getCatalogue":      getCatalogue,
		"exportInstitution": exportInstitution,
	}
}

func listInstitutions(r *request) (response, error) {
	all := []tenant.Info{}
	for _, in := range r.server.Registry.List() {
		all = append(all, in.Info())
	}
	return ok(all)
}

func createInstitution(r *request) (response, error) {
	options, err := decode[tenant.Options](r)
	if err != nil {
		return response{}, err
	}
	in, err := r.server.Registry.Create(options)
	if err != nil {
		return response{}, err
	}
	return created(in.Info())
}

func getInstitution(r *request) (response, error) { return ok(r.institution.Info()) }

func deleteInstitution(r *request) (response, error) {
	r.institution.Delete()
	return noContent()
}

func resetInstitution(r *request) (response, error) {
	if err := r.institution.Reset(); err != nil {
		return response{}, err
	}
	return ok(r.institution.Info())
}

func getCatalogue(r *request) (response, error) { return ok(r.institution.Catalogue()) }

func exportInstitution(r *request) (response, error) {
	content, err := r.institution.Export()
	if err != nil {
		return response{}, err
	}
	return yaml(content)
}
