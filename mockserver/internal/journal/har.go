package journal

import (
	"net/url"
	"strings"
	"time"
)

// HAR is an HTTP archive, version 1.2 (http://www.softwareishard.com/blog/har-12-spec/),
// which browsers and other tools open.
type HAR struct {
	Log struct {
		Version string     `json:"version"`
		Creator harCreator `json:"creator"`
		Entries []harEntry `json:"entries"`
	} `json:"log"`
}

type harCreator struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// harEntry has no durations: the clock of an institution may stand still.
type harEntry struct {
	Started  time.Time   `json:"startedDateTime"`
	Time     int         `json:"time"`
	Request  harRequest  `json:"request"`
	Response harResponse `json:"response"`
	Cache    struct{}    `json:"cache"`
	Timings  struct {
		Send    int `json:"send"`
		Wait    int `json:"wait"`
		Receive int `json:"receive"`
	} `json:"timings"`
	Comment string `json:"comment,omitempty"`
}

// harMessage is the common part of a request and a response.
type harMessage struct {
	HTTPVersion string   `json:"httpVersion"`
	Cookies     []Header `json:"cookies"`
	Headers     []Header `json:"headers"`
	HeadersSize int      `json:"headersSize"` // -1: unknown
	BodySize    int64    `json:"bodySize"`
}

type harRequest struct {
	Method string `json:"method"`
	URL    string `json:"url"`
	harMessage
	QueryString []Header   `json:"queryString"`
	PostData    *harPosted `json:"postData,omitempty"`
}

type harPosted struct {
	MimeType string `json:"mimeType"`
	Text     string `json:"text"`
}

type harResponse struct {
	Status     int    `json:"status"`
	StatusText string `json:"statusText"`
	harMessage
	Content     harContent `json:"content"`
	RedirectURL string     `json:"redirectURL"`
}

type harContent struct {
	Size     int64  `json:"size"`
	MimeType string `json:"mimeType"`
	Text     string `json:"text,omitempty"`
	Encoding string `json:"encoding,omitempty"`
}

// HAR returns the exchanges that the filter selects, oldest first, as an archive. The
// format has no place for changes, and for requests without a request line. The scheme is http or https.
func (j *Journal) HAR(f Filter, scheme string) HAR {
	records, _ := j.records()
	var har HAR
	har.Log.Version, har.Log.Creator, har.Log.Entries = "1.2", harCreator{"assay", "1"}, []harEntry{}
	criteria := f.criteria()
	for _, r := range records {
		if r.uri != "" && criteria.meet(r) {
			har.Log.Entries = append(har.Log.Entries, harOf(r.entry(), scheme))
		}
	}
	return har
}

func harOf(e Entry, scheme string) harEntry {
	h := harEntry{Started: e.Time, Request: harRequestOf(e.Request, scheme), Comment: e.ID}
	r := e.Response
	h.Response = harResponse{
		Status: r.Status, harMessage: harMessage{HTTPVersion: e.Request.Proto, Cookies: []Header{}, Headers: r.Headers, HeadersSize: -1, BodySize: r.Body.Bytes},
		Content: harContent{Size: r.Body.Bytes, MimeType: contentType(r.Headers), Text: r.Body.Text, Encoding: r.Body.Encoding},
	}
	if e.Fault != nil && e.Fault.Missed == "" {
		h.Comment += "; fault " + e.Fault.Name
	}
	if r.Disconnected {
		h.Comment += "; disconnected"
	}
	return h
}

func harRequestOf(r Request, scheme string) harRequest {
	h := harRequest{
		Method: r.Method, URL: scheme + "://" + r.Host + r.URL, QueryString: []Header{},
		harMessage: harMessage{HTTPVersion: r.Proto, Cookies: []Header{}, Headers: r.Headers, HeadersSize: -1, BodySize: r.Body.Bytes},
	}
	if _, query, _ := strings.Cut(r.URL, "?"); query != "" {
		for pair := range strings.SplitSeq(query, "&") {
			name, value, _ := strings.Cut(pair, "=")
			h.QueryString = append(h.QueryString, Header{unescaped(name), unescaped(value)})
		}
	}
	if r.Body.Text != "" && r.Body.Encoding == "" {
		h.PostData = &harPosted{MimeType: contentType(r.Headers), Text: r.Body.Text}
	}
	return h
}

func unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

func contentType(list []Header) string {
	for _, h := range list {
		if h.Name == "Content-Type" {
			return h.Value
		}
	}
	return ""
}
