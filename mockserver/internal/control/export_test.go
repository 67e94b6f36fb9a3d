package control

import "slices"

// RouteIDs lists the operationIds of the table of routes.
func RouteIDs() []string {
	var ids []string
	for id := range routes() {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}
