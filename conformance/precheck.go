package conformance

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/report"
)

// precheck calls an operation of every deployment with the good key, and with a
// random one.
func (s *suite) precheck(ctx context.Context, when string) (good, refused report.Canary) {
	e, err := s.callAny(ctx)
	good = report.Canary{Name: "the key is accepted, " + when + " the run", OK: err == nil && isList(e),
		Expected: "status 200 from GET /assessments/templates, /entities or /assessments", Got: e.Got(), Curl: e.Curl()}
	if !good.OK {
		good.Hint = diagnose(s.symptom(ctx, e, err))
		return good, report.Canary{}
	}
	s.client.SetControl(e.Call)
	call := e.Call
	call.Key = s.badKeys[0]
	e, err = s.client.Do(ctx, call)
	refused = report.Canary{Name: "a random key is refused, " + when + " the run", OK: err == nil && e.Status == http.StatusUnauthorized,
		Expected: "status 401", Got: e.Got(), Curl: e.Curl()}
	if !refused.OK {
		refused.Hint = "a refusal in this run may have another reason than the key; see AUT-02"
	}
	return good, refused
}

// callAny returns the first list, or else the first response.
func (s *suite) callAny(ctx context.Context) (*client.Exchange, error) {
	var first *client.Exchange
	var firstErr error
	for _, path := range []string{"assessments/templates", "entities", "assessments"} {
		e, err := s.client.Do(ctx, client.Call{Scenario: "canary", Method: http.MethodGet, Path: path, Key: s.key})
		if first == nil {
			first, firstErr = e, err
		}
		if err == nil && isList(e) {
			return e, nil
		}
		if err != nil {
			break // the others would take as long again
		}
	}
	return first, firstErr
}

// symptom returns what is known about a bad response.
func (s *suite) symptom(ctx context.Context, e *client.Exchange, err error) symptom {
	y := symptom{base: s.endpoints.base, status: e.Status, header: e.Header, body: e.Body, err: err, proxy: s.proxy()}
	if errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
		y.deadline = s.options.Deadline.String()
	}
	if t := s.options.TLS; t != nil {
		y.caFile, y.cert = t.RootCAs != nil, len(t.Certificates) > 0
	}
	return y
}

// clockSkew returns a note if the clocks of target and machine differ by more than a
// minute.
func clockSkew(e *client.Exchange) string {
	at, err := http.ParseTime(e.Header.Get("Date"))
	if err != nil {
		return ""
	}
	if skew := at.Sub(e.Returned()); skew.Abs() > time.Minute {
		return fmt.Sprintf("the clock of the target differs from that of this machine by %s", skew.Round(time.Second))
	}
	return ""
}

// proxy returns the proxy for the base URL, or nil.
func (s *suite) proxy() *url.URL {
	if s.options.Proxy == nil {
		return nil
	}
	u, err := s.options.Proxy(&http.Request{URL: s.endpoints.base})
	if err != nil {
		return nil
	}
	return u
}

// proxySecrets returns the credentials in the URL of the proxy.
func (s *suite) proxySecrets() []client.Key {
	u := s.proxy()
	if u == nil || u.User == nil {
		return nil
	}
	password, _ := u.User.Password()
	return []client.Key{
		client.NewKey("password of the proxy", password),
		client.NewKey("credentials of the proxy", u.User.Username()+":"+password),
	}
}
