package conformance

import (
	"fmt"
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

// UsageError says that a run was asked for wrongly: what was expected, what came,
// and what to do.
type UsageError struct{ text string }

func (e *UsageError) Error() string { return e.text }

func usage(format string, args ...any) error { return &UsageError{fmt.Sprintf(format, args...)} }

// place is a Target with its URLs parsed.
type place struct {
	base        *url.URL
	otherRegion *url.URL
}

func (t Target) parse() (place, error) {
	var p place
	var err error
	if p.base, err = parseBase("--base-url", t.BaseURL); err != nil {
		return p, err
	}
	if t.OtherRegionURL != "" {
		if p.otherRegion, err = parseBase("--other-region-url", t.OtherRegionURL); err != nil {
			return p, err
		}
		if p.otherRegion.Host == p.base.Host {
			return p, usage("--other-region-url: expected the base URL of another region, got the host of --base-url, %s", p.base.Host)
		}
	}
	if err := t.checkKeys(); err != nil {
		return p, err
	}
	for name, ids := range map[string][]string{"--entity-id": {t.EntityID}, "--template-id": {t.TemplateID}, "--canceled-outcome-id": {t.CanceledOutcomeID}, "--assessment-id": t.AssessmentIDs} {
		for _, id := range ids {
			if id != "" && !uuidPattern.MatchString(id) {
				return p, usage("%s: expected a UUID such as 497f6eca-6276-4993-bfeb-53cbbbba6f08, got %q", name, id)
			}
		}
	}
	return p, nil
}

var uuidPattern = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

func (t Target) checkKeys() error {
	if t.APIKey == "" {
		return usage("no API key: expected it in the environment variable ASSAY_APIKEY, or in a file named by --apikey-file")
	}
	for name, key := range map[string]string{"ASSAY_APIKEY": t.APIKey, "ASSAY_OTHER_APIKEY": t.OtherAPIKey, "ASSAY_DENIED_APIKEY": t.DeniedAPIKey} {
		if strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return usage("%s: expected a key of visible ASCII characters, got one with a space, a line break or something else that a header cannot carry", name)
		}
	}
	for name, key := range map[string]string{"ASSAY_OTHER_APIKEY": t.OtherAPIKey, "ASSAY_DENIED_APIKEY": t.DeniedAPIKey} {
		if key == t.APIKey {
			return usage("%s: expected a key other than ASSAY_APIKEY, got the same", name)
		}
	}
	return nil
}

func parseBase(name, text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case text == "":
		return nil, usage("%s: expected the base URL of a deployment, such as http://127.0.0.1:8080/v5, got nothing", name)
	case err != nil:
		return nil, usage("%s: expected a URL, got %q", name, text)
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return nil, usage("%s: expected http:// or https:// and a host, got %q", name, text)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, usage("%s: expected a URL without user, query and fragment, got %q", name, u.Redacted())
	}
	return u, nil
}

// loopback says whether a host is this machine. Names below localhost are, by
// RFC 6761, whatever a resolver says.
func loopback(host string) bool {
	if ip := net.ParseIP(host); ip != nil {
		return ip.IsLoopback()
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}
