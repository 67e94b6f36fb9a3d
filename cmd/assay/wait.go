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

	"example.com/assay/cmd/assay/internal/config"
	"example.com/assay/openapi"
)

const (
	readyPath = "/readyz"
	// waitPause is the time between two rounds. A mock is there within some ten
	// milliseconds, and a request on loopback costs next to nothing.
	waitPause = 100 * time.Millisecond
	// waitPatience is what one answer may take: a port that accepts connections
	// and says nothing must not use up the whole time.
	waitPatience = 2 * time.Second
)

// waitOptions is what the command line of assay wait says.
type waitOptions struct {
	timeout time.Duration
}

func (o *waitOptions) flags() *config.Flags {
	f := config.NewFlags("wait")
	f.DurationVar(&o.timeout, "timeout", 30*time.Second, "give up after this `DURATION`, with exit code 3")
	return f
}

// runWait waits until a server answers.
func runWait(ctx context.Context, p *process, args []string) (int, error) {
	opts := &waitOptions{}
	target, rest := cutURL(args)
	if done, err := p.parse(opts.flags(), rest); done || err != nil {
		return usageIf(err), err
	}
	candidates, err := probes(target)
	if err != nil {
		return exitUsage, err
	}
	if opts.timeout <= 0 {
		return exitUsage, fmt.Errorf("--timeout: expected a duration above 0 such as 30s, got %s", opts.timeout)
	}
	ready, err := await(ctx, waitClient(), candidates, opts.timeout)
	if err != nil {
		return exitCouldNotRun, err
	}
	fmt.Fprintln(p.stdout, ready)
	return exitOK, nil
}

// cutURL takes the URL out of the arguments: the first of them or the last.
func cutURL(args []string) (target string, rest []string) {
	last := len(args) - 1
	switch {
	case last < 0:
		return "", nil
	case !strings.HasPrefix(args[0], "-"):
		return args[0], args[1:]
	case strings.Contains(args[last], "://") && !strings.HasPrefix(args[last], "-"):
		return args[last], args[:last]
	}
	return "", args
}

// probes lists what is asked in each round. A URL with a path of its own is asked
// as it is; the base of a server is asked whether that is ready, and if it knows
// no such question, for the base itself.
func probes(target string) ([]string, error) {
	u, err := url.Parse(target)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("expected a URL to wait for, such as http://127.0.0.1:8080, got %q", target)
	}
	if path := strings.TrimSuffix(u.Path, "/"); u.RawQuery != "" || (path != "" && path != openapi.BasePath) {
		return []string{target}, nil
	}
	ready := *u
	ready.Path = readyPath
	return []string{ready.String(), target}, nil
}

// waitClient asks each time over a connection of its own, and follows no
// redirect: a login page is not the server that was asked for.
func waitClient() *http.Client {
	return &http.Client{
		Timeout:       waitPatience,
		Transport:     &http.Transport{DisableKeepAlives: true, Proxy: http.ProxyFromEnvironment},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// await returns the first URL that answers with success. The error says what came
// last from each of them.
func await(ctx context.Context, client *http.Client, candidates []string, timeout time.Duration) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	tick := time.NewTicker(waitPause)
	defer tick.Stop()
	var last error
	for {
		ready, err := firstReady(ctx, client, candidates)
		if ready != "" {
			return ready, nil
		}
		if ctx.Err() == nil || last == nil { // an attempt that the deadline cut short tells nothing
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
		return fmt.Errorf("expected an answer of success within %s, got none; is the server started, and at this address?\n%w", timeout, last)
	}
	return fmt.Errorf("interrupted before there was an answer of success\n%w", last)
}

func firstReady(ctx context.Context, client *http.Client, candidates []string) (string, error) {
	var errs []error
	for _, candidate := range candidates {
		err := ask(ctx, client, candidate)
		if err == nil {
			return candidate, nil
		}
		errs = append(errs, fmt.Errorf("%s: %w", candidate, err))
	}
	return "", errors.Join(errs...)
}

// ask returns nil for an answer of success.
func ask(ctx context.Context, client *http.Client, target string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target, http.NoBody)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return withoutURL(err)
	}
	defer response.Body.Close()
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("expected a status of 200 to 299, got %s", response.Status)
	}
	_, err = io.Copy(io.Discard, io.LimitReader(response.Body, 1<<20))
	return err
}

// withoutURL takes the request out of an error of the client, which the caller
// names already.
func withoutURL(err error) error {
	if sent, ok := errors.AsType[*url.Error](err); ok {
		return sent.Err
	}
	return err
}
