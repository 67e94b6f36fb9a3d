package layer

import (
	"maps"
	"net/http"
)

// Response is an http.ResponseWriter that holds what the implementation writes.
// It keeps a body even where HTTP allows none.
type Response struct {
	Status int
	Body   []byte

	header http.Header
}

func serve(h http.Handler, r *http.Request) *Response {
	a := &Response{header: http.Header{}}
	h.ServeHTTP(a, r)
	a.WriteHeader(http.StatusOK)
	return a
}

// Reply is a response without the implementation.
func Reply(status int, body string) *Response {
	a := &Response{header: http.Header{}}
	a.Become(status, body)
	return a
}

// Header implements http.ResponseWriter.
func (a *Response) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter: the first call counts.
func (a *Response) WriteHeader(status int) {
	if a.Status == 0 {
		a.Status = status
	}
}

// Write implements http.ResponseWriter.
func (a *Response) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	a.Body = append(a.Body, b...)
	return len(b), nil
}

func (a *Response) send(w http.ResponseWriter) {
	maps.Copy(w.Header(), a.header)
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body) // a client that has gone away misses nothing
}

// OK reports whether the status is a 2xx.
func (a *Response) OK() bool { return a.Status >= 200 && a.Status < 300 }

// Become replaces the status and the body; the other headers stay.
func (a *Response) Become(status int, body string) {
	a.Status, a.Body = status, []byte(body)
	a.header.Del("Content-Length")
	if body != "" {
		a.header.Set("Content-Type", "application/json")
	}
}

// Object returns the body if it is a JSON object with an ID, or nil.
func (a *Response) Object() Record {
	r, _ := Decode(a.Body).(Record)
	if r["id"] == nil {
		return nil
	}
	return r
}

// Records returns the object of the body, or the objects of its list.
func (a *Response) Records() []Record { return recordsOf(Decode(a.Body)) }

// Set replaces the body.
func (a *Response) Set(v any) {
	a.Body = []byte(Encode(v))
	a.header.Del("Content-Length")
}

// Edit changes each object of a successful response.
func (a *Response) Edit(change Edit) {
	v := Decode(a.Body)
	if !a.OK() || v == nil {
		return
	}
	for _, r := range recordsOf(v) {
		change(r)
	}
	a.Set(v)
}

// EditItems replaces the items of a successful list. The counts around them stay.
func (a *Response) EditItems(change func(items []Record) []Record) {
	v := Decode(a.Body)
	if !a.OK() || v == nil {
		return
	}
	items := append([]Record{}, change(recordsOf(v))...)
	if envelope, ok := v.(Record); ok {
		if field, _ := itemsOf(v); field != "" {
			envelope[field] = items
		}
		a.Set(envelope)
		return
	}
	a.Set(items)
}
