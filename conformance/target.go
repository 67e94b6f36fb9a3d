package conformance

import (
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// Target is the deployment under test, and what the run may use of it. BaseURL and
// APIKey are required; everything else makes more requirements checkable.
type Target struct {
	BaseURL string // base path included: https://api.eu.example.com/v5
	APIKey  string // a valid key of this region

	OtherAPIKey    string // a valid key of another institution (AUT-06)
	DeniedAPIKey   string // a valid key whose allow list leaves this machine out (AUT-04)
	OtherRegionURL string // base URL of a region that the key is not of (AUT-03)

	EntityID          string   // to create throw-away assessments of; empty: the first that is listed
	TemplateID        string   // to create them from; empty: the first that is listed
	AssessmentIDs     []string // existing assessments that may be sacrificed
	CanceledOutcomeID string   // what CAN-06 expects; empty: what the template says, if it does

	// Transport carries the requests; nil stands for a connection to the host of
	// BaseURL, made as Options say. Tests can pass the transport of an httptest
	// server, or one that calls a handler.
	Transport http.RoundTripper
}

// place is a Target with its URLs parsed.
type place struct {
	base        *url.URL // nil if there is none
	otherRegion *url.URL // nil if there is none
}

// parse reads the URLs, and notes all that is wrong with the target.
func (t Target) parse(m *mistakes) place {
	var p place
	p.base = parseBase(m, "--base-url", t.BaseURL)
	if t.OtherRegionURL != "" {
		p.otherRegion = parseBase(m, "--other-region-url", t.OtherRegionURL)
	}
	if p.base != nil && p.otherRegion != nil && p.otherRegion.Host == p.base.Host {
		m.add("--other-region-url: expected the base URL of another region, got the host of --base-url, %s", p.base.Host)
	}
	t.checkKeys(m)
	t.checkIDs(m)
	return p
}

var uuidPattern = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

func (t Target) checkIDs(m *mistakes) {
	check := func(name string, ids ...string) {
		for _, id := range ids {
			if id != "" && !uuidPattern.MatchString(id) {
				m.add("%s: expected a UUID such as 497f6eca-6276-4993-bfeb-53cbbbba6f08, got %q", name, id)
			}
		}
	}
	check("--entity-id", t.EntityID)
	check("--template-id", t.TemplateID)
	check("--assessment-id", t.AssessmentIDs...)
	check("--canceled-outcome-id", t.CanceledOutcomeID)
}

func (t Target) checkKeys(m *mistakes) {
	if t.APIKey == "" {
		m.add("no API key: expected it in the environment variable ASSAY_APIKEY, or in a file named by --apikey-file")
	}
	keys := []struct{ name, value string }{{"ASSAY_APIKEY", t.APIKey}, {"ASSAY_OTHER_APIKEY", t.OtherAPIKey}, {"ASSAY_DENIED_APIKEY", t.DeniedAPIKey}}
	for i, key := range keys {
		if strings.ContainsFunc(key.value, func(r rune) bool { return r <= ' ' || r > '~' }) {
			m.add("%s: expected a key of visible ASCII characters, got one with a space, a line break or something else that a header cannot carry", key.name)
		}
		if i > 0 && key.value != "" && key.value == t.APIKey {
			m.add("%s: expected a key other than ASSAY_APIKEY, got the same", key.name)
		}
	}
}

// parseBase returns nil if the text is no base URL.
func parseBase(m *mistakes, name, text string) *url.URL {
	u, err := url.Parse(text)
	switch {
	case text == "":
		m.add("%s: expected the base URL of a deployment, such as http://127.0.0.1:8080/v5, got nothing", name)
	case err != nil:
		m.add("%s: expected a URL, got %q", name, text)
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		m.add("%s: expected http:// or https:// and a host, got %q", name, text)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		m.add("%s: expected a URL without user, query and fragment, got %q", name, u.Redacted())
	default:
		return u
	}
	return nil
}

// loopback reports whether a host is this machine. Names below localhost are, by
// RFC 6761, whatever a resolver says.
func loopback(host string) bool {
	if ip := net.ParseIP(host); ip != nil {
		return ip.IsLoopback()
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}
