package journal

import (
	"net/url"
	"strings"
	"time"
)

// HAR is the journal as an HTTP archive, version 1.2, which browsers and other
// tools open.
type HAR struct {
	Log harLog `json:"log"`
}

type harLog struct {
	Version string     `json:"version"`
	Creator harCreator `json:"creator"`
	Entries []harEntry `json:"entries"`
}

type harCreator struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type harEntry struct {
	Started  time.Time   `json:"startedDateTime"`
	Time     int         `json:"time"`
	Request  harRequest  `json:"request"`
	Response harResponse `json:"response"`
	Cache    struct{}    `json:"cache"`
	Timings  harTimings  `json:"timings"`
	Comment  string      `json:"comment,omitempty"`
}

type harRequest struct {
	Method      string     `json:"method"`
	URL         string     `json:"url"`
	HTTPVersion string     `json:"httpVersion"`
	Cookies     []Header   `json:"cookies"`
	Headers     []Header   `json:"headers"`
	QueryString []Header   `json:"queryString"`
	PostData    *harPosted `json:"postData,omitempty"`
	HeadersSize int        `json:"headersSize"`
	BodySize    int64      `json:"bodySize"`
}

type harPosted struct {
	MimeType string `json:"mimeType"`
	Text     string `json:"text"`
}

type harResponse struct {
	Status      int        `json:"status"`
	StatusText  string     `json:"statusText"`
	HTTPVersion string     `json:"httpVersion"`
	Cookies     []Header   `json:"cookies"`
	Headers     []Header   `json:"headers"`
	Content     harContent `json:"content"`
	RedirectURL string     `json:"redirectURL"`
	HeadersSize int        `json:"headersSize"`
	BodySize    int64      `json:"bodySize"`
}

type harContent struct {
	Size     int64  `json:"size"`
	MimeType string `json:"mimeType"`
	Text     string `json:"text,omitempty"`
	Encoding string `json:"encoding,omitempty"`
}

// harTimings are in milliseconds. By the clock of an institution, which may stand
// still, an exchange takes no time.
type harTimings struct {
	Send    int `json:"send"`
	Wait    int `json:"wait"`
	Receive int `json:"receive"`
}

// HAR returns the exchanges that the filter finds, oldest first, as an archive,
// which has no place for anything else. The scheme, http or https, is that of the server's address.
func (j *Journal) HAR(f Filter, scheme string) HAR {
	records, _ := j.records()
	log := harLog{Version: "1.2", Creator: harCreator{"assay", "1"}, Entries: []harEntry{}}
	criteria := f.criteria()
	for _, r := range records {
		if r.control == nil && criteria.meet(r) {
			log.Entries = append(log.Entries, harOf(r.entry(), scheme))
		}
	}
	return HAR{log}
}

func harOf(e Entry, scheme string) harEntry {
	h := harEntry{Started: e.Time, Request: harRequestOf(e.Request, scheme), Response: harResponseOf(e)}
	h.Comment = e.ID
	if e.Fault != nil {
		h.Comment += "; fault " + e.Fault.Name
	}
	return h
}

func harRequestOf(r Request, scheme string) harRequest {
	h := harRequest{
		Method: r.Method, URL: scheme + "://" + r.Host + r.URL, HTTPVersion: r.Proto, Cookies: []Header{},
		Headers: r.Headers, QueryString: []Header{}, HeadersSize: -1, BodySize: r.Body.Bytes,
	}
	if _, query, _ := strings.Cut(r.URL, "?"); query != "" {
		for pair := range strings.SplitSeq(query, "&") {
			name, value, _ := strings.Cut(pair, "=")
			h.QueryString = append(h.QueryString, Header{unescaped(name), unescaped(value)})
		}
	}
	if r.Body.Text != "" && r.Body.Encoding == "" {
		h.PostData = &harPosted{MimeType: value(r.Headers, "Content-Type"), Text: r.Body.Text}
	}
	return h
}

func harResponseOf(e Entry) harResponse {
	r := e.Response
	return harResponse{
		Status: r.Status, HTTPVersion: e.Request.Proto, Cookies: []Header{}, Headers: r.Headers, HeadersSize: -1, BodySize: r.Body.Bytes,
		Content: harContent{Size: r.Body.Bytes, MimeType: value(r.Headers, "Content-Type"), Text: r.Body.Text, Encoding: r.Body.Encoding},
	}
}

func unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

// value returns the first value of a header.
func value(list []Header, name string) string {
	for _, h := range list {
		if h.Name == name {
			return h.Value
		}
	}
	return ""
}
