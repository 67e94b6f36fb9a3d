package control

import (
	"maps"
	"slices"
)

// HandlerIDs returns the operationIds of the handlers, sorted.
func HandlerIDs() []string { return slices.Sorted(maps.Keys(handlers())) }
