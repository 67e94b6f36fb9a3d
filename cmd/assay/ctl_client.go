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
	// ctlPatience is more than the longest wait that the control plane allows.
	ctlPatience = 90 * time.Second
	// maxAnswer is how much of an answer is read.
	maxAnswer = 64 << 20
)

// ctlClient calls a control plane.
type ctlClient struct {
	base  string
	token string
	http  *http.Client
}

// refusal is an answer of the control plane that is a no.
type refusal struct {
	status int
	detail string
}

func (r *refusal) Error() string { return r.detail }

func newCtlClient(o *ctlOptions) (*ctlClient, error) {
	base := o.control
	if !strings.Contains(base, "://") {
		base = "http://" + base
	}
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("--control: expected a URL such as http://%s, got %q", defaultControl, o.control)
	}
	return &ctlClient{base: strings.TrimSuffix(base, "/") + controlBase, token: o.token, http: &http.Client{}}, nil
}

// send sends a request, and returns an answer that is not a refusal.
func (c *ctlClient) send(ctx context.Context, method, path string, body any) (*http.Response, error) {
	var content io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(encoded)
	}
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, content) //nolint:gosec // to call the URL that the user names is what it is for
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	response, err := c.http.Do(r) //nolint:gosec // as above
	if err != nil {
		return nil, fmt.Errorf("no control plane answers at %s: %w; is assay mock running, and is --control its address?", strings.TrimSuffix(c.base, controlBase), errors.Unwrap(err))
	}
	if response.StatusCode < http.StatusBadRequest {
		return response, nil
	}
	defer response.Body.Close()
	return nil, refusalOf(response)
}

func refusalOf(response *http.Response) error {
	content, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return err
	}
	var problem struct{ Detail string }
	if json.Unmarshal(content, &problem) != nil || problem.Detail == "" {
		problem.Detail = fmt.Sprintf("expected a control plane of assay mock, got the answer %s", response.Status)
	}
	return &refusal{response.StatusCode, problem.Detail}
}

// call sends a request, and reads the answer whole.
func (c *ctlClient) call(ctx context.Context, method, path string, body any) (*ctlAnswer, error) {
	ctx, cancel := context.WithTimeout(ctx, ctlPatience)
	defer cancel()
	response, err := c.send(ctx, method, path, body)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return nil, err
	}
	return &ctlAnswer{media: response.Header.Get("Content-Type"), content: content}, nil
}

// firstInstitution returns the ID of the default institution.
func (c *ctlClient) firstInstitution(ctx context.Context) (string, error) {
	answer, err := c.call(ctx, http.MethodGet, "/institutions", nil)
	if err != nil {
		return "", err
	}
	var all []struct{ ID string }
	if err := json.Unmarshal(answer.content, &all); err != nil || len(all) == 0 {
		return "", fmt.Errorf("expected a mock with an institution, got none: create one, or name one with --institution")
	}
	return all[0].ID, nil
}

// ctlCode tells a call that was refused from one that could not be made.
func ctlCode(err error) int {
	if r, ok := errors.AsType[*refusal](err); ok && r.status < http.StatusInternalServerError {
		return exitUsage
	}
	return exitCouldNotRun
}
