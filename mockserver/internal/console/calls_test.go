package console_test

import (
	"regexp"
	"strings"
	"testing"

	"example.com/assay/mockserver/internal/control"
	"example.com/assay/openapi"
)

// controlPaths returns the path of each operation of the control plane.
func controlPaths(t *testing.T) map[string]string {
	t.Helper()
	doc, err := control.Load()
	if err != nil {
		t.Fatal(err)
	}
	paths := map[string]string{}
	for path, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			paths[op.OperationID] = path
		}
	}
	return paths
}

// TestPageTakesPathsFromTheDocuments forbids paths in the scripts: an operation that
// the documents gain or move needs no change there.
func TestPageTakesPathsFromTheDocuments(t *testing.T) {
	t.Parallel()
	roots := map[string]bool{control.BasePath: true, "/v5": true}
	for _, path := range controlPaths(t) {
		roots["/"+strings.Split(path, "/")[1]] = true
	}
	for _, op := range openapi.Operations() {
		roots["/"+strings.Split(op.Path, "/")[1]] = true
	}
	for name, m := range ownModules(t) {
		for root := range roots {
			if found := regexp.MustCompile("['\"`}]" + root + "\\b").FindString(m.text); found != "" {
				t.Errorf("%s: got the path %s, want it read from a document", name, found)
			}
		}
		for _, op := range openapi.Operations() {
			if strings.Contains(m.text, op.ID) {
				t.Errorf("%s: got the operation %s, want the operations of the API read from the contract", name, op.ID)
			}
		}
	}
}

// TestPageCallsOperationsOfTheControlPlane checks the operationIds in the scripts.
func TestPageCallsOperationsOfTheControlPlane(t *testing.T) {
	t.Parallel()
	paths, called := controlPaths(t), map[string]bool{}
	calls := regexp.MustCompile(`\b(?:call|own|run|decide|of)\(([^{}\n]*)`)
	quoted := regexp.MustCompile(`'([a-z]+[A-Z]\w+)'`)
	for name, m := range ownModules(t) {
		for _, call := range calls.FindAllStringSubmatch(m.text, -1) {
			for _, id := range quoted.FindAllStringSubmatch(call[1], -1) {
				called[id[1]] = true
				if paths[id[1]] == "" {
					t.Errorf("%s calls %s, which the document of the control plane lacks", name, id[1])
				}
			}
		}
	}
	for _, id := range []string{"listInstitutions", "runClock", "freezeClock", "followUnmatched", "forceError", "armFault", "saveSnapshot", "exportSnapshot"} {
		if !called[id] {
			t.Errorf("got no call of %s, want the test to find all calls: %v", id, called)
		}
	}
}

// ownModules returns the scripts of the page without those of others.
func ownModules(t *testing.T) map[string]*module {
	t.Helper()
	all := map[string]*module{}
	modulesOf(t, "app.js", all)
	for name := range all {
		if strings.HasPrefix(name, "vendor/") {
			delete(all, name)
		}
	}
	return all
}
