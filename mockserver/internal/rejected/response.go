package rejected

import (
	"bytes"
	"io"
	"net/http"
	"time"
)

// response is the ResponseWriter of an answer.
type response struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (w *response) Header() http.Header { return w.header }

// WriteHeader implements http.ResponseWriter.
func (w *response) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

// Write implements http.ResponseWriter.
func (w *response) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

// send writes the response, which is the last one of its connection.
func (w *response) send(to io.Writer, r *http.Request) error {
	w.WriteHeader(http.StatusOK)
	w.header.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	answer := http.Response{
		StatusCode: w.status, ProtoMajor: 1, ProtoMinor: 1, Header: w.header, Close: true, Request: &http.Request{Method: r.Method},
		Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()),
	}
	var whole bytes.Buffer // sent in one piece
	if err := answer.Write(&whole); err != nil {
		return err
	}
	_, err := to.Write(whole.Bytes())
	return err
}
