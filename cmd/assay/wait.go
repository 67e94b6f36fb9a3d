package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"example.com/assay/openapi"
)

const (
	readyPath = "/readyz"
	// waitInterval is the time between two rounds. A mock starts in tens of
	// milliseconds, and a request on loopback is cheap.
	waitInterval = 100 * time.Millisecond
	// requestTimeout limits one request: a port that accepts connections and never
	// answers must not use up the whole time.
	requestTimeout = 2 * time.Second
)

func newWait(p *process) *cobra.Command {
	var timeout time.Duration
	cmd := newCommand(p, "wait URL", "Wait until a server answers", func(ctx context.Context, args []string) error {
		return wait(ctx, p.stdout, args[0], timeout)
	})
	cmd.Long = "Wait until a server answers with success, such as a mock that is starting. The base\nURL of a server stands for its path /readyz, or for itself where that is missing."
	cmd.Flags().DurationVar(&timeout, "timeout", 30*time.Second, "give up after this `DURATION`, with exit code 3")
	return cmd
}

// wait prints the first URL that answers.
func wait(ctx context.Context, stdout io.Writer, target string, timeout time.Duration) error {
	candidates, err := probes(target)
	if err != nil {
		return usageError(err)
	}
	if timeout <= 0 {
		return usageError(fmt.Errorf("--timeout: invalid value %s; use a duration above 0 such as 30s", timeout))
	}
	ready, err := await(ctx, waitClient(), candidates, timeout)
	if err == nil {
		fmt.Fprintln(stdout, ready)
	}
	return err
}

// probes lists the URLs of one round: a URL with a path of its own, or the ready
// path of a server and, for servers without it, the base URL.
func probes(target string) ([]string, error) {
	u, err := url.Parse(target)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("invalid URL %q; use one such as http://127.0.0.1:8080", target)
	}
	if path := strings.TrimSuffix(u.Path, "/"); u.RawQuery != "" || (path != "" && path != openapi.BasePath) {
		return []string{target}, nil
	}
	ready := *u
	ready.Path = readyPath
	return []string{ready.String(), target}, nil
}

// waitClient opens a connection per request, and follows no redirect: a login page
// is not the server.
func waitClient() *http.Client {
	return &http.Client{
		Timeout:       requestTimeout,
		Transport:     &http.Transport{DisableKeepAlives: true, Proxy: http.ProxyFromEnvironment},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// await returns the first URL that answers with success, or the last error of each.
func await(ctx context.Context, client *http.Client, candidates []string, timeout time.Duration) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	tick := time.NewTicker(waitInterval)
	defer tick.Stop()
	var last error
	for {
		ready, err := firstReady(ctx, client, candidates)
		if err == nil {
			return ready, nil
		}
		if ctx.Err() == nil || last == nil { // the deadline hides the reason
			last = err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return "", gaveUp(ctx.Err(), timeout, last)
		}
	}
}

func gaveUp(cause error, timeout time.Duration, last error) error {
	if errors.Is(cause, context.DeadlineExceeded) {
		return fmt.Errorf("no success response within %s; check that the server is running at this address\n%w", timeout, last)
	}
	return fmt.Errorf("interrupted before a success response\n%w", last)
}

func firstReady(ctx context.Context, client *http.Client, candidates []string) (string, error) {
	var errs []error
	for _, candidate := range candidates {
		err := probe(ctx, client, candidate)
		if err == nil {
			return candidate, nil
		}
		errs = append(errs, fmt.Errorf("%s: %w", candidate, err))
	}
	return "", errors.Join(errs...)
}

// probe returns nil for a response of success.
func probe(ctx context.Context, client *http.Client, target string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target, http.NoBody)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if sent, ok := errors.AsType[*url.Error](err); ok {
		return sent.Err // without the URL, which the caller names
	}
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("status %s, want 200 to 299", response.Status)
	}
	_, err = io.Copy(io.Discard, io.LimitReader(response.Body, 1<<20))
	return err
}
