package control

import "maps"

// handlers is the table of operations, by operationId. Each resource has a file
// with its part.
func handlers() map[string]handler {
	table := map[string]handler{}
	for _, part := range []map[string]handler{
		describeRoutes(), institutionRoutes(), assessmentRoutes(), clockRoutes(), settingsRoutes(), snapshotRoutes(),
		journalRoutes(), faultRoutes(),
	} {
		maps.Copy(table, part)
	}
	return table
}
