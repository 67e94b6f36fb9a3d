package gateways

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"

	"example.com/assay/conformance/internal/layer"
)

// rewrites change responses without changing their meaning, or refuse requests
// that no implementation needs.
func rewrites() []Gateway {
	return of("rewrite", []Gateway{
		{ID: "versions-with-another-field", behave: counted(everyOther(editing(func(r record) { r["risk_band"] = "low" }))),
			How: "Sends every other response from a version with one more field."},
		{ID: "versions-with-other-errors", behave: counted(everyOther(otherErrors)),
			How: "Sends every other response from a version with another error body."},
		{ID: "versions-with-offset-times", behave: counted(everyOther(offsetTimes)),
			How: "Sends every other response with +00:00 instead of Z in times."},
		{ID: "reads-without-fractions", behave: always(after(withoutFractions)),
			How: "Drops the fraction of a second from times in reads and lists."},
		{ID: "ids-in-upper-case", behave: always(after(upperCaseIDs)),
			How: "Shows UUIDs in upper case in reads and lists."},
		{ID: "indented-json", behave: always(after(indent)),
			How: "Indents JSON."},
		{ID: "error-pages", behave: always(after(errorPages)),
			How: "Replaces the body of each error by an HTML page."},
		{ID: "more-headers", behave: always(after(moreHeaders)),
			How: "Adds a cookie, Via and a charset to each response."},
		{ID: "size-limit", behave: always(limitSize(func() *response { return page(http.StatusRequestEntityTooLarge) })),
			How: "Refuses bodies over 16 KiB with 413."},
		{ID: "size-limit-by-closing", behave: always(limitSize(func() *response { layer.Break(io.ErrUnexpectedEOF); return nil })),
			How: "Closes the connection on bodies over 16 KiB."},
		{ID: "known-methods-only", behave: always(knownMethods),
			How: "Answers every method but GET, HEAD, POST, PUT and OPTIONS with 501."},
	})
}

// everyOther changes every other response.
func everyOther(change func(x *exchange, a *response)) func(n int, x *exchange) *response {
	return func(n int, x *exchange) *response {
		a := x.Pass()
		if n%2 == 0 {
			change(x, a)
		}
		return a
	}
}

func editing(change layer.Edit) func(x *exchange, a *response) {
	return func(x *exchange, a *response) {
		if x.Op == layer.Get || x.Op == layer.Create || x.Op == layer.List {
			a.Edit(change)
		}
	}
}

func otherErrors(_ *exchange, a *response) {
	if a.Status >= http.StatusBadRequest {
		a.Become(a.Status, `{"error":{"code":"refused"}}`)
	}
}

// rewrite replaces parts of the body.
func rewrite(a *response, pattern *regexp.Regexp, replacement func([]byte) []byte) {
	a.Body = pattern.ReplaceAllFunc(a.Body, replacement)
	a.Header().Del("Content-Length")
}

var (
	zulu     = regexp.MustCompile(`\d\dZ"`)
	fraction = regexp.MustCompile(`\.\d+Z"`)
	uuid     = regexp.MustCompile(`"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"`)
)

func offsetTimes(_ *exchange, a *response) {
	rewrite(a, zulu, func(b []byte) []byte { return []byte(strings.Replace(string(b), "Z", "+00:00", 1)) })
}

func withoutFractions(x *exchange, a *response) {
	if x.Request.Method == http.MethodGet {
		rewrite(a, fraction, func([]byte) []byte { return []byte(`Z"`) })
	}
}

func upperCaseIDs(x *exchange, a *response) {
	if x.Request.Method == http.MethodGet {
		rewrite(a, uuid, bytes.ToUpper)
	}
}

func indent(_ *exchange, a *response) {
	var b bytes.Buffer
	if json.Indent(&b, a.Body, "", "    ") == nil {
		a.Body = b.Bytes()
		a.Header().Del("Content-Length")
	}
}

func errorPages(_ *exchange, a *response) {
	if a.Status >= http.StatusBadRequest {
		*a = *page(a.Status)
	}
}

func moreHeaders(_ *exchange, a *response) {
	a.Header().Set("Via", "1.1 gateway")
	a.Header().Set("Set-Cookie", "route=a; Path=/; HttpOnly")
	if a.Header().Get("Content-Type") == "application/json" {
		a.Header().Set("Content-Type", "application/json; charset=UTF-8")
	}
}

func limitSize(refuse func() *response) reaction {
	const most = 16 << 10
	return func(x *exchange) *response {
		if len(x.Body) > most {
			return refuse()
		}
		return x.Pass()
	}
}

func knownMethods(x *exchange) *response {
	switch x.Request.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodOptions:
		return x.Pass()
	}
	return page(http.StatusNotImplemented)
}
