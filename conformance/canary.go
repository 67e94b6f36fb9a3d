package conformance

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/report"
)

// canary asks the operations that any deployment has, with the good key and with
// a random one. It is OK if one of them answers the good key.
func (s *suite) canary(ctx context.Context, when string) (good, refused report.Canary) {
	e, err := s.askAny(ctx)
	good = report.Canary{Name: "the key is accepted, " + when + " the run", OK: err == nil && e.Status == http.StatusOK,
		Expected: "status 200 from GET /assessments/templates, /entities or /assessments", Got: e.Got(), Curl: e.Curl()}
	if !good.OK {
		good.Hint = diagnose(s.place.base, e, err)
		return good, report.Canary{}
	}
	call := e.Call
	call.Key = s.badKeys[0]
	e, err = s.client.Do(ctx, call)
	refused = report.Canary{Name: "a random key is refused, " + when + " the run", OK: err == nil && e.Status == http.StatusUnauthorized,
		Expected: "status 401", Got: e.Got(), Curl: e.Curl()}
	if !refused.OK {
		refused.Hint = "whatever is refused in this run may be refused for another reason than its key: see AUT-02"
	}
	return good, refused
}

// askAny returns the first 200, or else the first answer.
func (s *suite) askAny(ctx context.Context) (*client.Exchange, error) {
	var first *client.Exchange
	var firstErr error
	for _, path := range []string{"assessments/templates", "entities", "assessments"} {
		e, err := s.client.Do(ctx, client.Call{Scenario: "canary", Method: http.MethodGet, Path: path, Key: s.key})
		if first == nil {
			first, firstErr = e, err
		}
		if err == nil && e.Status == http.StatusOK && looksLikeJSON(e) {
			return e, nil
		}
		if err != nil {
			break // nobody is there; asking again takes as long again
		}
	}
	if firstErr == nil && first.Status == http.StatusOK {
		firstErr = errNotJSON
	}
	return first, firstErr
}

var errNotJSON = errors.New("the body is not JSON")

func looksLikeJSON(e *client.Exchange) bool {
	body := strings.TrimSpace(string(e.Body[:min(len(e.Body), 512)]))
	return strings.HasPrefix(body, "{") || strings.HasPrefix(body, "[")
}

// diagnose says what is most likely wrong when the good key is not accepted.
func diagnose(base *url.URL, e *client.Exchange, err error) string {
	if err != nil && !errors.Is(err, errNotJSON) && !errors.Is(err, client.ErrUnavailable) {
		return diagnoseConnection(base, err)
	}
	switch {
	case e.Status/100 == 3:
		return "the target redirects, and redirects are not followed because they could carry the key elsewhere; give the address it redirects to as --base-url"
	case errors.Is(err, errNotJSON) || strings.Contains(e.Header.Get("Content-Type"), "text/html"):
		return fmt.Sprintf("%s answers, but not with JSON: this looks like a web site or a proxy and not like the API; check the host of --base-url", base.Host)
	case e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden:
		return "the target refuses the key: check ASSAY_APIKEY, that --base-url is of the key's own region, and that this machine's address is on the allow list"
	case e.Status == http.StatusNotFound && !strings.HasSuffix(strings.TrimSuffix(base.Path, "/"), "/v5"):
		return fmt.Sprintf("nothing is found below %s: the base path is missing; try --base-url %s", base, base.JoinPath("v5"))
	case e.Status == http.StatusNotFound:
		return fmt.Sprintf("nothing is found below %s: check the path of --base-url", base)
	case e.Status == http.StatusTooManyRequests:
		return "the target answers 429 to the very first requests; wait, or lower --rate"
	case e.Status >= http.StatusInternalServerError:
		return "the target fails by itself (5xx): see its own log"
	}
	return fmt.Sprintf("the target answers %d where a list is expected: check --base-url", e.Status)
}

func diagnoseConnection(base *url.URL, err error) string {
	var dns *net.DNSError
	var unknown x509.UnknownAuthorityError
	var hostname x509.HostnameError
	var invalid x509.CertificateInvalidError
	var timeout net.Error
	switch {
	case errors.As(err, &dns):
		return fmt.Sprintf("DNS: the name %s cannot be resolved; check the host of --base-url", base.Hostname())
	case errors.As(err, &unknown):
		return "TLS: the certificate is signed by an authority that this machine does not know; give it with --ca-file"
	case errors.As(err, &hostname):
		return "TLS: the certificate is not for " + base.Hostname() + "; check the host of --base-url"
	case errors.As(err, &invalid):
		return "TLS: the certificate is not valid: " + invalid.Error()
	case strings.Contains(err.Error(), "tls:") || strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return "TLS: the handshake failed; check whether --base-url should begin with http:// or https://, and --client-cert if the target wants one"
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Sprintf("nothing listens at %s: is the deployment (or the mock) running, and the port right?", base.Host)
	case errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Sprintf("%s does not answer in time: check the host, a firewall in between, and --timeout", base.Host)
	}
	return fmt.Sprintf("no whole response comes from %s: check the host and port of --base-url, and whether it speaks HTTP", base.Host)
}

// clockSkew notes a target whose clock is far from this machine's.
func clockSkew(e *client.Exchange) string {
	at, err := http.ParseTime(e.Header.Get("Date"))
	if err != nil {
		return ""
	}
	if skew := at.Sub(e.Returned()); skew.Abs() > time.Minute {
		return fmt.Sprintf("the target's clock differs from this machine's by %s", skew.Round(time.Second))
	}
	return ""
}
