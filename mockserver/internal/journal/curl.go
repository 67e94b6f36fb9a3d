package journal

import (
	"slices"

	"example.com/assay/internal/redact"
	"example.com/assay/internal/shell"
)

// Curl returns a command that sends the request again. The key, which the journal
// does not have, is taken from the environment.
func (e Entry) Curl(scheme string) string {
	r := shell.Request{Method: e.Request.Method, URL: scheme + "://" + e.Request.Host + e.Request.URL}
	for _, h := range e.Request.Headers {
		switch {
		case h.Name == "Apikey":
			r.Keyed = true
		case !redact.Named(h.Name) && !slices.Contains(ofTheConnection(), h.Name):
			r.Headers = append(r.Headers, shell.Field{Name: h.Name, Value: h.Value})
		}
	}
	if e.Request.Body.Encoding == "" && !e.Request.Body.Cut {
		r.Body = e.Request.Body.Text
	}
	return shell.Command(r)
}

// ofTheConnection are the headers that a client makes for every request.
func ofTheConnection() []string {
	return []string{"Content-Length", "Connection", "Accept-Encoding", "User-Agent", "Transfer-Encoding", "Keep-Alive"}
}
