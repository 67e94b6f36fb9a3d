package layer

import (
	"bytes"
	"io"
	"maps"
	"net/http"
)

// InProcess carries requests to a handler without a network. Unlike net/http it
// passes on the body of a 204.
type InProcess struct{ Handler http.Handler }

// ShowsBodyOf204 tells the suite that responses are complete.
func (t InProcess) ShowsBodyOf204() bool { return true }

// RoundTrip implements http.RoundTripper.
func (t InProcess) RoundTrip(r *http.Request) (_ *http.Response, err error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	in := r.Clone(r.Context())
	in.RemoteAddr, in.RequestURI = "127.0.0.1:49152", r.URL.RequestURI()
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	if in.Body == nil {
		in.Body = http.NoBody
	}
	defer func() {
		switch p := recover().(type) {
		case nil:
		case broken:
			err = p.error
		default:
			panic(p)
		}
	}()
	a := serve(t.Handler, in)
	return &http.Response{
		StatusCode: a.Status, Status: http.StatusText(a.Status), Header: a.header, Body: io.NopCloser(bytes.NewReader(a.Body)),
		ContentLength: -1, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
	}, nil
}

// broken is the panic of a handler whose connection breaks. [InProcess] returns it
// as an error.
type broken struct{ error }

// Break ends the exchange without a response, as a broken connection does.
func Break(err error) { panic(broken{err}) }

// Forward is a reverse proxy. It keeps the host of the request.
type Forward struct{ Transport http.RoundTripper }

// maxForwarded bounds the body of a response, in bytes; the suite takes less.
const maxForwarded = 5 << 20

func (f Forward) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	out := r.Clone(r.Context())
	out.RequestURI = ""
	if out.ContentLength == 0 {
		out.Body = nil
	}
	resp, err := f.Transport.RoundTrip(out)
	if err != nil {
		Break(err)
	}
	defer resp.Body.Close()
	maps.Copy(w.Header(), resp.Header)
	w.WriteHeader(resp.StatusCode)
	if _, err := io.Copy(w, io.LimitReader(resp.Body, maxForwarded)); err != nil {
		Break(err)
	}
}
