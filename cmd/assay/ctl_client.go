package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	controlBase = "/control/v1"
	// ctlTimeout is more than the longest wait that the control plane allows.
	ctlTimeout = 90 * time.Second
	// maxResponse limits the bytes that are read of a response.
	maxResponse = 64 << 20
)

// ctlClient calls a control plane.
type ctlClient struct{ server, token string }

func newCtlClient(control, token string) (*ctlClient, error) {
	server := control
	if !strings.Contains(server, "://") {
		server = "http://" + server
	}
	u, err := url.Parse(server)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("--control: invalid URL %q; use one such as http://%s", control, defaultControl)
	}
	return &ctlClient{server: strings.TrimSuffix(server, "/"), token: token}, nil
}

// send sends a request and returns its response, or an error for a refusal.
func (c *ctlClient) send(ctx context.Context, r *ctlRequest) (*http.Response, error) {
	content := []byte{}
	if r.body != nil {
		var err error
		if content, err = json.Marshal(r.body); err != nil {
			return nil, err
		}
	}
	target := c.server + controlBase + r.path
	if len(r.query) > 0 {
		target += "?" + r.query.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, r.method, target, bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("no control plane at %s: %w; check that assay mock is running and that --control is its address", c.server, errors.Unwrap(err))
	}
	if response.StatusCode < http.StatusBadRequest {
		return response, nil
	}
	defer response.Body.Close()
	return nil, refusal(response)
}

// refusal returns the error of a response. The control plane refuses wrong usage with
// a status below 500.
func refusal(response *http.Response) error {
	content, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return err
	}
	var problem struct{ Detail string }
	if json.Unmarshal(content, &problem) != nil || problem.Detail == "" {
		problem.Detail = fmt.Sprintf("unexpected status %s; check that --control is the control plane of assay mock", response.Status)
	}
	if response.StatusCode < http.StatusInternalServerError {
		return usageError(errors.New(problem.Detail))
	}
	return errors.New(problem.Detail)
}

// call sends a request and reads the whole response.
func (c *ctlClient) call(ctx context.Context, r *ctlRequest) (*ctlResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, ctlTimeout)
	defer cancel()
	response, err := c.send(ctx, r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(io.LimitReader(response.Body, maxResponse))
	return &ctlResponse{media: response.Header.Get("Content-Type"), content: content}, err
}

// firstInstitution returns the ID of the institution that a command means without
// --institution.
func (c *ctlClient) firstInstitution(ctx context.Context) (string, error) {
	response, err := c.call(ctx, &ctlRequest{method: http.MethodGet, path: "/institutions"})
	if err != nil {
		return "", err
	}
	var all []struct{ ID string }
	if err := json.Unmarshal(response.content, &all); err != nil || len(all) == 0 {
		return "", errors.New("the mock has no institution; create one, or choose one with --institution")
	}
	return all[0].ID, nil
}
