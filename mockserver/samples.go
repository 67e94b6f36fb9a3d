package mockserver

import (
	"encoding/json"
	"net/netip"
	"strings"

	"example.com/assay/mockserver/internal/api"
	"example.com/assay/mockserver/internal/auth"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/fixtures"
	"example.com/assay/openapi"
)

// Sample is a request that works on the server as it stands, to show what the
// server can do.
type Sample struct {
	OperationID string // operationId in the contract
	Summary     string // what the contract calls the operation
	Method      string // HTTP method
	Path        string // with the base path /v5, and IDs of the fixtures
	Key         string // value of the apikey header
	Body        string // JSON, empty if the operation takes none
}

// Credentials are what a complete check of the server needs. A field is empty
// if the fixtures have nothing of the kind.
type Credentials struct {
	Key             string // a valid key, good from loopback under any plain host
	OtherKey        string // a valid key of another institution, in the same region
	DeniedKey       string // a key of Key's institution whose allow list leaves loopback out
	OtherRegionHost string // host, without port, of a region that Key does not belong to
}

// Credentials returns what a complete check of this server needs. It is empty
// if no key of the fixtures is good from loopback in the default region.
func (s *Server) Credentials() Credentials {
	var c Credentials
	var institution string
	for _, k := range s.fixtures.Load().Keys {
		usable := !k.Revoked && k.Region == auth.DefaultRegion
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
	c.OtherRegionHost = s.otherRegionHost()
	return c
}

func (s *Server) deniedKey(institution string) string {
	for _, k := range s.fixtures.Load().Keys {
		if !k.Revoked && k.Region == auth.DefaultRegion && k.Institution == institution && deniesLoopback(k) {
			return k.Value
		}
	}
	return ""
}

func (s *Server) otherRegionHost() string {
	for _, k := range s.fixtures.Load().Keys {
		if k.Region != auth.DefaultRegion {
			return "api." + k.Region + ".localhost"
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
	for _, network := range k.Allow {
		if network.Contains(a) {
			return true
		}
	}
	return false
}

// Samples returns one request for each operation that is served, in the order of
// the contract's paths. An operation is left out if the fixtures have nothing to
// call it with.
func (s *Server) Samples() []Sample {
	key := s.Credentials().Key
	in := s.institutionOf(key)
	if in == nil {
		return nil
	}
	served, _ := s.institutions.Get(in.ID)
	settings := served.Settings().ForRequest(0)
	var samples []Sample
	for _, op := range s.contract.Operations() {
		values, ok := s.values(in, op.ID)
		if !ok || !api.Offered(op.ID, &settings) {
			continue
		}
		sample := Sample{OperationID: op.ID, Summary: op.Summary, Method: op.Method, Key: key}
		sample.Path = openapi.BasePath + strings.NewReplacer(values...).Replace(op.Path)
		if op.TakesBody {
			sample.Body = s.creation(in)
		}
		samples = append(samples, sample)
	}
	return samples
}

func (s *Server) institutionOf(key string) *fixtures.Institution {
	for _, k := range s.fixtures.Load().Keys {
		for _, in := range s.fixtures.Load().Institutions {
			if k.Value == key && in.ID == k.Institution {
				return in
			}
		}
	}
	return nil
}

// values returns what stands in the path of an operation's sample, and whether
// the fixtures have it.
func (s *Server) values(in *fixtures.Institution, operation string) ([]string, bool) {
	assessment := s.activeAssessment(in)
	switch operation {
	case "getAssessment", "cancelWorkflow":
		return []string{"{assessment_id}", assessment}, assessment != ""
	case "getOutcome", "getOutcomeAtRoot":
		if len(in.Outcomes) == 0 {
			return nil, false
		}
		return []string{"{outcome_id}", in.Outcomes[0].ID}, true
	case "createAssessment":
		return nil, len(in.Entities) > 0 && len(in.Templates) > 0
	}
	return nil, true
}

// activeAssessment returns the first assessment whose workflow is active, or
// else the first.
func (s *Server) activeAssessment(in *fixtures.Institution) string {
	served, known := s.institutions.Get(in.ID)
	if !known || len(in.Assessments) == 0 {
		return ""
	}
	for _, a := range in.Assessments {
		found, now, err := served.Assessments.Find(a.ID())
		if v := found; err == nil && v.At(now).State == domain.Active {
			return a.ID()
		}
	}
	return in.Assessments[0].ID()
}

func (s *Server) creation(in *fixtures.Institution) string {
	body, err := json.Marshal(struct {
		Entity   string `json:"entity_id"`
		Template string `json:"template_id"`
	}{in.Entities[0].ID, in.Templates[0].ID})
	if err != nil {
		return ""
	}
	return string(body)
}
