package conformance

import (
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// Target is the deployment under test. BaseURL and APIKey are required; the other
// fields make more requirements checkable.
type Target struct {
	BaseURL string // with the base path: https://api.eu.example.com/v5
	APIKey  string // a valid key of this region

	OtherAPIKey    string // a valid key of another institution (AUT-06)
	DeniedAPIKey   string // a valid key with an allow list that lacks this machine (AUT-04)
	OtherRegionURL string // base URL of a region to which the key does not belong (AUT-03)

	EntityID      string   // entity of throw-away assessments; empty: the first that is listed
	TemplateID    string   // template of throw-away assessments; empty: the first that is listed
	AssessmentIDs []string // existing assessments that may be cancelled

	// CanceledOutcomeIDs are the outcomes of cancelled assessments (CAN-06), each as
	// TEMPLATE=OUTCOME, or as OUTCOME for all other templates. Empty: from the templates.
	CanceledOutcomeIDs []string

	// Transport carries the requests; nil is a connection to the host of BaseURL, as
	// Options describe it. Tests can pass the transport of an httptest server, or one
	// that calls a handler.
	Transport http.RoundTripper
}

// endpoints are the parsed URLs and outcomes of a Target; nil where there is none.
type endpoints struct {
	base        *url.URL
	otherRegion *url.URL
	outcomes    map[string]string // canceled ones by template; that of "" is for all others
}

// parse reads the URLs, and checks the other fields.
func (t Target) parse(m *usageErrors) endpoints {
	var p endpoints
	p.base = parseBase(m, "--base-url", t.BaseURL)
	if t.OtherRegionURL != "" {
		p.otherRegion = parseBase(m, "--other-region-url", t.OtherRegionURL)
	}
	if p.base != nil && p.otherRegion != nil && sameAddress(p.base, p.otherRegion) {
		m.add("--other-region-url: same address as --base-url; use the base URL of another region")
	}
	t.checkKeys(m)
	t.checkIDs(m)
	p.outcomes = t.canceledOutcomes(m)
	return p
}

// sameAddress compares base URLs. Regions may share a host, and differ in the path.
func sameAddress(a, b *url.URL) bool {
	return strings.EqualFold(a.Host, b.Host) && strings.Trim(a.Path, "/") == strings.Trim(b.Path, "/")
}

var uuidPattern = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

func (t Target) checkIDs(m *usageErrors) {
	check := func(name string, ids ...string) {
		for _, id := range ids {
			if id != "" && !uuidPattern.MatchString(id) {
				m.add("%s: %q is no UUID; use one such as 497f6eca-6276-4993-bfeb-53cbbbba6f08", name, id)
			}
		}
	}
	check("--entity-id", t.EntityID)
	check("--template-id", t.TemplateID)
	check("--assessment-id", t.AssessmentIDs...)
}

func (t Target) canceledOutcomes(m *usageErrors) map[string]string {
	outcomes := map[string]string{}
	for _, text := range t.CanceledOutcomeIDs {
		template, outcome, named := strings.Cut(strings.ToLower(text), "=")
		if !named {
			template, outcome = "", template
		}
		switch {
		case named && !uuidPattern.MatchString(template) || !uuidPattern.MatchString(outcome):
			m.add("--canceled-outcome-id: invalid value %q; use OUTCOME or TEMPLATE=OUTCOME, with UUIDs", text)
		case outcomes[template] != "" && outcomes[template] != outcome:
			m.add("--canceled-outcome-id: %q contradicts another value; remove one", text)
		}
		outcomes[template] = outcome
	}
	return outcomes
}

func (t Target) checkKeys(m *usageErrors) {
	if t.APIKey == "" {
		m.add("no API key; set the environment variable ASSAY_APIKEY, or name a file with --apikey-file")
	}
	keys := []struct{ name, value string }{{"ASSAY_APIKEY", t.APIKey}, {"ASSAY_OTHER_APIKEY", t.OtherAPIKey}, {"ASSAY_DENIED_APIKEY", t.DeniedAPIKey}}
	for i, key := range keys {
		if strings.ContainsFunc(key.value, func(r rune) bool { return r <= ' ' || r > '~' }) {
			m.add("%s: a header cannot carry this key; remove spaces, line breaks and characters outside ASCII", key.name)
		}
		if i > 0 && key.value != "" && key.value == t.APIKey {
			m.add("%s: same key as ASSAY_APIKEY; use another one", key.name)
		}
	}
}

// parseBase returns nil for an invalid base URL. Messages do not quote it: it can
// hold a password.
func parseBase(m *usageErrors, name, text string) *url.URL {
	u, err := url.Parse(text)
	switch {
	case text == "":
		m.add("%s: missing; use the base URL of a deployment, such as http://127.0.0.1:8080/v5", name)
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		m.add("%s: invalid URL; it begins with http:// or https:// and a host, as in http://127.0.0.1:8080/v5", name)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		m.add("%s: the URL has a user, a query or a fragment; remove them", name)
	default:
		return u
	}
	return nil
}

// loopback reports whether a host is this machine. Names below localhost always
// are (RFC 6761).
func loopback(host string) bool {
	if ip := net.ParseIP(host); ip != nil {
		return ip.IsLoopback()
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}
