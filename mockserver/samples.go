package mockserver

import (
	"cmp"
	"encoding/json"
	"net/netip"
	"slices"
	"strings"

	"example.com/assay/mockserver/internal/api"
	"example.com/assay/mockserver/internal/auth"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/fixtures"
	"example.com/assay/mockserver/internal/institution"
	"example.com/assay/mockserver/internal/wire"
	"example.com/assay/openapi"
)

// Sample is a request that succeeds on the server.
type Sample struct {
	OperationID string // operationId in the contract
	Summary     string // by the contract
	Method      string // HTTP method
	Path        string // with the base path /v5 and IDs of the fixtures
	Key         string // value of the apikey header
	IfMatch     string // value of the header If-Match, empty if the operation takes none
	Body        string // JSON, empty if the operation takes none
}

// Credentials are those of a complete check of the server. A field is empty if the
// fixtures have no such key or region.
type Credentials struct {
	Key             string // a valid key, from loopback under any plain host
	OtherKey        string // a valid key of another institution, in the same region
	DeniedKey       string // a key of the same institution whose allow list lacks loopback
	OtherRegion     string // another region
	OtherRegionHost string // its host, without port
}

// Credentials returns the credentials of a complete check, empty if no key of the
// fixtures is valid from loopback in the default region.
func (s *Server) Credentials() Credentials {
	var c Credentials
	var institution string
	for _, k := range s.fixtures.Load().Keys {
		usable := !k.Revoked && k.Region == domain.DefaultRegion
		switch {
		case !usable:
		case c.Key == "" && allowsLoopback(k):
			c.Key, institution = k.Value, k.Institution
		case c.OtherKey == "" && c.Key != "" && k.Institution != institution && allowsLoopback(k):
			c.OtherKey = k.Value
		}
	}
	if c.Key == "" {
		return Credentials{}
	}
	c.DeniedKey = s.deniedKey(institution)
	if c.OtherRegion = s.otherRegion(); c.OtherRegion != "" {
		c.OtherRegionHost = auth.Host(c.OtherRegion)
	}
	return c
}

func (s *Server) deniedKey(institution string) string {
	for _, k := range s.fixtures.Load().Keys {
		if !k.Revoked && k.Region == domain.DefaultRegion && k.Institution == institution && deniesLoopback(k) {
			return k.Value
		}
	}
	return ""
}

func (s *Server) otherRegion() string {
	for _, k := range s.fixtures.Load().Keys {
		if k.Region != domain.DefaultRegion {
			return k.Region
		}
	}
	return ""
}

func allowsLoopback(k fixtures.Key) bool {
	return len(k.Allow) == 0 || onList(k, netip.AddrFrom4([4]byte{127, 0, 0, 1}))
}

func deniesLoopback(k fixtures.Key) bool {
	return !allowsLoopback(k) && !onList(k, netip.IPv6Loopback())
}

func onList(k fixtures.Key, a netip.Addr) bool {
	return slices.ContainsFunc(k.Allow, func(network netip.Prefix) bool { return network.Contains(a) })
}

// Samples returns one request for each operation that is served, in the order of the
// contract's paths, except for operations that the fixtures have no data for.
func (s *Server) Samples() []Sample {
	key := s.Credentials().Key
	in, err := s.registry.Find(key)
	if key == "" || err != nil {
		return nil
	}
	state := in.State()
	settings := state.Settings().ForRequest(0)
	values := s.sampleValues(state)
	var samples []Sample
	for _, op := range openapi.Operations() {
		path := values.Replace(op.Path)
		body, ok := sampleBody(state, op)
		if !ok || strings.Contains(path, "{") || !api.Offered(op, &settings) {
			continue
		}
		sample := Sample{OperationID: op.ID, Summary: op.Summary, Method: op.Method, Key: key, Path: openapi.BasePath + path, Body: body}
		if op.Effect == openapi.Updates {
			sample.IfMatch = wire.Stamp(openTask(state).Updated)
		}
		samples = append(samples, sample)
	}
	return samples
}

// sampleValues replaces the parameters of paths that the institution has values for.
func (s *Server) sampleValues(state *institution.State) *strings.Replacer {
	var values []string
	if id := s.activeAssessment(state); id != "" {
		values = append(values, "{assessment_id}", id)
	}
	if outcomes := state.Outcomes.Values(); len(outcomes) > 0 {
		values = append(values, "{outcome_id}", outcomes[0].ID)
	}
	if t := openTask(state); t != nil {
		values = append(values, "{task_id}", t.ID)
	}
	return strings.NewReplacer(values...)
}

// openTask returns the open task of the newest assessment, or nil. Another sample
// cancels the oldest one.
func openTask(state *institution.State) *domain.Task {
	all, _ := state.Assessments.AllTasks()
	for i := range all {
		if t := &all[len(all)-1-i]; t.State == domain.TaskOpen {
			return t
		}
	}
	return nil
}

// activeAssessment returns the first assessment of the fixtures whose workflow is
// active, or else the first one, or "".
func (s *Server) activeAssessment(state *institution.State) string {
	first := ""
	for _, in := range s.fixtures.Load().Institutions {
		if in.ID != state.ID {
			continue
		}
		for _, a := range in.Assessments {
			first = cmp.Or(first, a.ID())
			if found, now, err := state.Assessments.Find(a.ID()); err == nil && found.At(now).State == domain.Active {
				return a.ID()
			}
		}
	}
	return first
}

// sampleBody returns the body of a sample, and whether the institution has the data
// for it.
func sampleBody(state *institution.State, op openapi.Operation) (string, bool) {
	switch {
	case !op.TakesBody:
		return "", true
	case op.Effect == openapi.Searches:
		return `{"filter_model":{"status":{"filterType":"text","type":"equals","filter":"INCOMPLETE"}}}`, true
	case op.Effect == openapi.Updates:
		return `{"update":{"assigned_by_id":"22930149-1fab-4145-94b5-af2031b8de65","assigned_to_id":"73c0fde6-eb34-47d5-8ccc-1b1d0aa325b6","assigned_to_type":"USER"}}`, true
	}
	entities, templates := state.Entities.Values(), state.Templates.Values()
	if len(entities) == 0 || len(templates) == 0 {
		return "", false
	}
	body, err := json.Marshal(institution.Draft{Entity: entities[0].ID, Template: templates[0].ID})
	return string(body), err == nil
}
