package conformance

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"

	"example.com/assay/conformance/internal/client"
)

// symptom is the result of a call that should have had a list for a response.
type symptom struct {
	base     *url.URL
	proxy    *url.URL // nil without one
	status   int      // 0: no response
	header   http.Header
	body     []byte
	err      error // of the transport
	caFile   bool  // certificates to trust were given
	cert     bool  // a client certificate was given
	deadline string
}

// cause is an explanation of symptoms. Its text ends with what to do.
type cause struct {
	name string
	is   func(symptom) bool
	text func(symptom) string
}

// diagnose returns the first cause that explains the symptom: errors before any
// response, then the status, then the body.
func diagnose(s symptom) string {
	for _, c := range causes() {
		if c.is(s) {
			return c.text(s)
		}
	}
	return "the response is no list; check --base-url"
}

func causes() []cause { return slices.Concat(connectionCauses(), statusCauses(), bodyCauses()) }

func said(format string, args ...func(symptom) any) func(symptom) string {
	return func(s symptom) string {
		values := make([]any, len(args))
		for i, arg := range args {
			values[i] = arg(s)
		}
		return fmt.Sprintf(format, values...)
	}
}

func host(s symptom) any   { return s.base.Host }
func base(s symptom) any   { return s.base }
func status(s symptom) any { return s.status }
func proxy(s symptom) any {
	if s.proxy == nil {
		return "in between"
	}
	return s.proxy.Host
}

// givenOr returns one of two texts, to suggest no flag that was given.
func givenOr(given func(symptom) bool, then, otherwise string) func(symptom) string {
	return func(s symptom) string {
		if given(s) {
			return then
		}
		return otherwise
	}
}

// connectionCauses explain errors of the connection.
func connectionCauses() []cause {
	broke := func(is func(symptom) bool) func(symptom) bool {
		return func(s symptom) bool { return s.err != nil && s.status == 0 && is(s) }
	}
	words := func(parts ...string) func(symptom) bool {
		return func(s symptom) bool {
			return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(s.err.Error(), p) })
		}
	}
	all := []cause{
		{"interruption", func(s symptom) bool { return errors.Is(s.err, context.Canceled) }, said("interrupted before the first response")},
		{"deadline", func(s symptom) bool { return s.deadline != "" },
			func(s symptom) string {
				return "the run ended at --deadline " + s.deadline + " before the first response"
			}},
		{"proxy credentials", func(s symptom) bool { return proxyStatus(s.err) == http.StatusProxyAuthRequired },
			said("the proxy %s requires credentials; put them into the URL of --proxy", proxy)},
		{"proxy refuses", func(s symptom) bool { return proxyStatus(s.err) != 0 },
			func(s symptom) string {
				return fmt.Sprintf("the proxy %s refuses to connect to %s (status %d); check its rules, or list the host in NO_PROXY", proxy(s), s.base.Host, proxyStatus(s.err))
			}},
		{"proxy unreachable", isOp("proxyconnect"), said("the proxy %s cannot be reached; check --proxy, or HTTP_PROXY and HTTPS_PROXY", proxy)},
		{"DNS", isError[*net.DNSError], said("DNS: the name %s cannot be resolved; check the host of --base-url", func(s symptom) any { return s.base.Hostname() })},
		{"unknown authority", isError[x509.UnknownAuthorityError], givenOr(func(s symptom) bool { return s.caFile },
			"TLS: neither this machine nor the given certificate file trusts the authority of the certificate; check the file",
			"TLS: this machine does not trust the authority of the certificate; name it with --ca-file")},
		{"other host", isError[x509.HostnameError], said("TLS: the certificate is not for %s; check the host of --base-url", func(s symptom) any { return s.base.Hostname() })},
		{"invalid certificate", isError[x509.CertificateInvalidError], func(s symptom) string {
			var invalid x509.CertificateInvalidError
			errors.As(s.err, &invalid)
			return "TLS: invalid certificate: " + invalid.Error()
		}},
		{"client certificate", words("certificate required", "bad certificate", "unknown certificate authority"), wantsCertificate},
		{"no TLS", words("server gave HTTP response to HTTPS client", "first record does not look like a TLS handshake"),
			said("TLS: %s speaks HTTP without TLS; begin --base-url with http://", host)},
		{"TLS", words(`malformed HTTP response "\x15`), said("%s speaks TLS; begin --base-url with https://", host)},
		{"handshake", words("tls:"), said("TLS: the handshake with %s failed; check the port, and the TLS versions of the target", host)},
		{"nothing listens", func(s symptom) bool { return errors.Is(s.err, syscall.ECONNREFUSED) },
			said("nothing listens at %s; check that the deployment (or the mock) is running, and the port", host)},
		{"timeout", timedOut, said("%s does not answer in time; check the host, firewalls, and --timeout", host)},
		{"no HTTP", func(symptom) bool { return true }, said("no complete response comes from %s; check the host and port of --base-url, and that it speaks HTTP", host)},
	}
	for i := range all {
		all[i].is = broke(all[i].is)
	}
	return all
}

func isError[T error](s symptom) bool {
	var target T
	return errors.As(s.err, &target)
}

func isOp(name string) func(symptom) bool {
	return func(s symptom) bool {
		var op *net.OpError
		return errors.As(s.err, &op) && op.Op == name
	}
}

func timedOut(s symptom) bool {
	var timeout net.Error
	return errors.Is(s.err, context.DeadlineExceeded) || errors.As(s.err, &timeout) && timeout.Timeout()
}

func proxyStatus(err error) int {
	if refused, ok := errors.AsType[*proxyError](err); ok {
		return refused.status
	}
	return 0
}

func wantsCertificate(s symptom) string {
	if s.cert {
		return "TLS: the target refuses the client certificate; check that it belongs to this deployment"
	}
	return "TLS: the target requires a client certificate; use --client-cert and --client-key"
}

// statusCauses explain responses by their status.
func statusCauses() []cause {
	is := func(codes ...int) func(symptom) bool {
		return func(s symptom) bool { return slices.Contains(codes, s.status) }
	}
	and := func(a, b func(symptom) bool) func(symptom) bool {
		return func(s symptom) bool { return a(s) && b(s) }
	}
	return []cause{
		{"TLS port", and(is(http.StatusBadRequest), bodyHas("HTTP request to an HTTPS server", "plain HTTP request was sent to HTTPS port")),
			said("%s speaks TLS; begin --base-url with https://", host)},
		{"client certificate by HTTP", and(is(400, 403, 495, 496), bodyHas("SSL certificate")), wantsCertificate},
		{"redirect", func(s symptom) bool { return s.status/100 == 3 },
			said("the target redirects, and redirects are not followed because they could carry the key elsewhere; use the address in its header Location as --base-url")},
		{"refused key", is(http.StatusUnauthorized),
			said("the target refuses the key; check ASSAY_APIKEY, that --base-url is of the region of the key, and that this machine is on the allow list")},
		{"firewall", and(is(403, 405, 406, 418, 999), isHTML),
			said("a web page with status %d comes in place of the API: a firewall (WAF) or a proxy blocks this machine or this program; allow its address, or try --header User-Agent:NAME", status)},
		{"forbidden", is(http.StatusForbidden),
			said("the target refuses the key or this machine (403); check ASSAY_APIKEY, the region of --base-url, and the allow list")},
		{"quota", is(http.StatusPaymentRequired), said("the target answers 402: the quota of the key is used up")},
		{"proxy credentials", is(http.StatusProxyAuthRequired), said("the proxy %s requires credentials; put them into the URL of --proxy", proxy)},
		{"API path in the base URL", and(is(404, 405), func(s symptom) bool { return shorterBase(s.base) != "" }),
			said("nothing is found below %s; try --base-url %s", base, func(s symptom) any { return shorterBase(s.base) })},
		{"no base path", and(is(http.StatusNotFound), func(s symptom) bool { return !strings.HasSuffix(strings.TrimSuffix(s.base.Path, "/"), "/v5") }),
			said("nothing is found below %s: the base path is missing; try --base-url %s", base, func(s symptom) any { return s.base.JoinPath("v5") })},
		{"wrong path", is(http.StatusNotFound), said("nothing is found below %s; check the path of --base-url", base)},
		{"overload", is(http.StatusTooManyRequests), said("the target answers 429 to the very first requests; wait, or lower --rate")},
		{"proxy fails", and(is(502, 503, 504), func(s symptom) bool { return s.proxy != nil }),
			said("the proxy %s answers %d: it cannot reach the target, or the deployment is down", proxy, status)},
		{"gateway", is(502, 503, 504), said("a gateway answers %d: the deployment behind it is down or starting; see its log", status)},
		{"server error", func(s symptom) bool { return s.status >= 500 }, said("the target fails with status %d; see its log", status)},
		{"other status", func(s symptom) bool { return s.status != 0 && s.status != 200 }, said("the target answers %d in place of a list; check --base-url", status)},
	}
}

// bodyCauses explain responses with status 200 that are no lists.
func bodyCauses() []cause {
	return []cause{
		{"encoding", func(s symptom) bool {
			coding := s.header.Get("Content-Encoding")
			return coding != "" && coding != "identity"
		}, said("the body is compressed (Content-Encoding %s) although the request forbids it; turn compression off in the gateway", func(s symptom) any { return fmt.Sprintf("%.20q", s.header.Get("Content-Encoding")) })},
		{"BOM", func(s symptom) bool { return bytes.HasPrefix(s.body, []byte("\xef\xbb\xbf")) },
			said("the body begins with a byte order mark (BOM), and JSON must not have one (RFC 8259); the server must leave it out")},
		{"web page", isHTML, said("%s answers with a web page and not with JSON: a web site or a proxy; check the host of --base-url", host)},
		{"no JSON", func(s symptom) bool { return s.status == http.StatusOK }, said("%s answers, but not with JSON; check the host and the path of --base-url", host)},
	}
}

func bodyHas(texts ...string) func(symptom) bool {
	return func(s symptom) bool {
		return slices.ContainsFunc(texts, func(t string) bool { return bytes.Contains(s.body, []byte(t)) })
	}
}

func isHTML(s symptom) bool {
	begin := bytes.ToLower(bytes.TrimSpace(s.body[:min(len(s.body), 200)]))
	return strings.Contains(s.header.Get("Content-Type"), "text/html") || bytes.HasPrefix(begin, []byte("<!doctype html")) || bytes.HasPrefix(begin, []byte("<html"))
}

// shorterBase removes a path of the API from a base URL, or returns nothing.
func shorterBase(u *url.URL) string {
	path := strings.TrimSuffix(u.Path, "/")
	for _, part := range []string{"/assessments", "/entities"} {
		if before, _, found := strings.Cut(path, part); found {
			short := *u
			short.Path, short.RawPath = before, ""
			return short.String()
		}
	}
	return ""
}

// isList reports whether the response can be a list in JSON.
func isList(e *client.Exchange) bool {
	body := bytes.TrimSpace(e.Body[:min(len(e.Body), 512)])
	return e.Status == http.StatusOK && (bytes.HasPrefix(body, []byte("{")) || bytes.HasPrefix(body, []byte("[")))
}
