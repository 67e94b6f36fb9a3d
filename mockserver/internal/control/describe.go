package control

import (
	"strconv"

	"example.com/assay/mockserver/internal/tenant"
	"example.com/assay/openapi"
)

// Description is what there is to know of a server.
type Description struct {
	Version string // of the program
	APIURL  string // base URL of the API; empty if it does not listen
	Seed    uint64
}

func describeRoutes() map[string]handler {
	return map[string]handler{
		"getDocument":  getDocument,
		"getServer":    getServer,
		"listFreedoms": listFreedoms,
	}
}

func getDocument(*request) (response, error) { return yaml(document) }

type serverJSON struct {
	Version  string        `json:"version"`
	Seed     string        `json:"seed"`
	Contract string        `json:"contract"`
	APIURL   string        `json:"api_url"`
	Fixtures []string      `json:"fixtures"`
	Quotas   tenant.Quotas `json:"quotas"`
}

func getServer(r *request) (response, error) {
	d, registry := r.server.Describe(), r.server.Registry
	return ok(serverJSON{
		Version: d.Version, Seed: strconv.FormatUint(d.Seed, 10), Contract: openapi.Hash(), APIURL: d.APIURL,
		Fixtures: registry.Fixtures(), Quotas: registry.Quotas(),
	})
}

type freedomJSON struct {
	Name     string   `json:"name"`
	What     string   `json:"what"`
	Values   []string `json:"values"`
	Duration bool     `json:"duration"`
	Reason   string   `json:"reason"`
	Example  string   `json:"example"`
}

func listFreedoms(*request) (response, error) {
	catalogue, err := openapi.LoadCatalogue()
	if err != nil {
		return response{}, err
	}
	all := []freedomJSON{}
	for _, f := range catalogue.Freedoms {
		all = append(all, freedomJSON{Name: f.Name, What: f.What, Values: f.Values, Duration: f.Duration, Reason: f.Reason, Example: f.Example})
	}
	return ok(all)
}
