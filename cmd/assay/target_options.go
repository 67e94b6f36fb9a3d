package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"example.com/assay/cmd/assay/internal/config"
	"example.com/assay/conformance"
)

// keyVariables are the environment variables that hold API keys. No flag takes
// one: a command line can be read by others on the machine.
const (
	keyVariable       = "ASSAY_APIKEY"
	otherKeyVariable  = "ASSAY_OTHER_APIKEY"
	deniedKeyVariable = "ASSAY_DENIED_APIKEY"
)

// targetOptions is what the flags say of a deployment: where it is, how it is
// reached, what may be used of it, and how gently it is to be treated.
type targetOptions struct {
	baseURL         string
	otherRegionURL  string
	apikeyFile      string
	entityID        string
	templateID      string
	assessmentIDs   config.List
	canceledOutcome string

	allowCancel bool
	confirmHost string
	ledger      string

	timeout           time.Duration
	visibilityTimeout time.Duration
	settle            time.Duration
	deadline          time.Duration
	rate              float64
	parallel          int
	concurrency       int
	negatives         int
	seed              uint64

	proxy      string
	caFile     string
	clientCert string
	clientKey  string
	headers    config.List
}

func (o *targetOptions) register(f *config.Flags) {
	f.Group("The deployment (its key comes from " + keyVariable + ", never from a flag)")
	f.StringVar(&o.baseURL, "base-url", "", "the deployment's base `URL`, base path included: http://127.0.0.1:8080/v5")
	f.StringVar(&o.apikeyFile, "apikey-file", "", "read the key from this `FILE` rather than from "+keyVariable)
	f.StringVar(&o.otherRegionURL, "other-region-url", "", "base `URL` of a region that the key is not of (AUT-03)")
	f.StringVar(&o.entityID, "entity-id", "", "create throw-away assessments of this entity; if not given, of the first that is listed; a `UUID`")
	f.StringVar(&o.templateID, "template-id", "", "create them from this template; if not given, from the first that is listed; a `UUID`")
	f.Var(&o.assessmentIDs, "assessment-id", "an existing assessment that may be sacrificed, a `UUID`")
	f.StringVar(&o.canceledOutcome, "canceled-outcome-id", "", "the outcome that a cancelled assessment must get (CAN-06); if not given, what its template says; a `UUID`")
	f.Group("What may be done to it")
	f.BoolVar(&o.allowCancel, "allow-cancel", false, "create assessments and cancel them; without it nothing is ever written")
	f.StringVar(&o.confirmHost, "confirm-host", "", "with --allow-cancel on another machine: the `HOST` of --base-url once more")
	f.StringVar(&o.ledger, "ledger", "", "append a line to this `FILE` before each write, so that nothing left behind is lost track of")
	f.Group("How long things may take")
	f.DurationVar(&o.timeout, "timeout", 10*time.Second, "for one request, its body included")
	f.DurationVar(&o.visibilityTimeout, "visibility-timeout", 5*time.Second, "for a change to be seen by a read")
	f.DurationVar(&o.settle, "settle", 2*time.Second, "how long to watch that nothing happens; make it longer than the template's steps")
	f.DurationVar(&o.deadline, "deadline", 10*time.Minute, "for the whole run")
	f.Float64Var(&o.rate, "rate", 0, "requests a second at most; 0: 10, and no limit on this machine")
	f.IntVar(&o.parallel, "parallel", 0, "scenarios at once; 0: 2, and 16 on this machine")
	f.IntVar(&o.concurrency, "concurrency", 0, "clients that cancel and read one assessment at once (CAN-12); 0: 3, and 8 on this machine")
	f.IntVar(&o.negatives, "negatives", 0, "requests that break the contract (NEG-01); 0: 15, and 40 on this machine")
	f.Uint64Var(&o.seed, "seed", 0, "make random IDs and keys from this `NUMBER`; 0: from a new one, which the report tells")
	f.Group("How it is reached")
	f.StringVar(&o.proxy, "proxy", "", "by way of this HTTP proxy, a `URL`")
	f.StringVar(&o.caFile, "ca-file", "", "trust the certificates in this PEM `FILE` besides the machine's own")
	f.StringVar(&o.clientCert, "client-cert", "", "show this certificate, a PEM `FILE`; needs --client-key")
	f.StringVar(&o.clientKey, "client-key", "", "the private key of --client-cert, a PEM `FILE`")
	f.Var(&o.headers, "header", "send this header with every request, as `NAME:VALUE`")
}

// target reads the keys, and says where the deployment is. The error joins
// everything that is wrong.
func (o *targetOptions) target(p *process) (conformance.Target, error) {
	key, err := o.key(p)
	lookup := func(name string) string { value, _ := p.lookupEnv(name); return value }
	return conformance.Target{
		BaseURL: o.baseURL, OtherRegionURL: o.otherRegionURL,
		APIKey: key, OtherAPIKey: lookup(otherKeyVariable), DeniedAPIKey: lookup(deniedKeyVariable),
		EntityID: o.entityID, TemplateID: o.templateID, AssessmentIDs: o.assessmentIDs, CanceledOutcomeID: o.canceledOutcome,
	}, err
}

func (o *targetOptions) key(p *process) (string, error) {
	fromEnv, _ := p.lookupEnv(keyVariable)
	if o.apikeyFile == "" {
		return fromEnv, nil
	}
	if fromEnv != "" {
		return "", fmt.Errorf("--apikey-file and %s: expected the key in one of them, got both", keyVariable)
	}
	data, err := os.ReadFile(o.apikeyFile)
	if err != nil {
		return "", fmt.Errorf("--apikey-file: %w", err)
	}
	return strings.TrimSpace(string(data)), nil
}

// options says how to go about the run. The error joins everything that is wrong.
func (o *targetOptions) options() (conformance.Options, error) {
	opts := conformance.Options{
		AllowCancel: o.allowCancel, ConfirmHost: o.confirmHost, Ledger: o.ledger,
		Timeout: o.timeout, VisibilityTimeout: o.visibilityTimeout, Settle: o.settle, Deadline: o.deadline,
		Rate: o.rate, Parallel: o.parallel, Clients: o.concurrency, Negatives: o.negatives, Seed: o.seed, Version: version,
	}
	var errs [3]error
	opts.Header, errs[0] = o.header()
	opts.Proxy, errs[1] = o.proxyURL()
	opts.TLS, errs[2] = o.tls()
	return opts, errors.Join(errs[:]...)
}

func (o *targetOptions) header() (http.Header, error) {
	header := http.Header{}
	for _, h := range o.headers {
		name, value, found := strings.Cut(h, ":")
		name = strings.TrimSpace(name)
		switch {
		case !found || name == "" || strings.ContainsAny(h, "\r\n"):
			return nil, fmt.Errorf("--header: expected NAME:VALUE on one line, got %q", h)
		case strings.EqualFold(name, "apikey"):
			return nil, fmt.Errorf("--header: expected any header but apikey; the key comes from %s", keyVariable)
		}
		header.Add(name, strings.TrimSpace(value))
	}
	return header, nil
}

func (o *targetOptions) proxyURL() (*url.URL, error) {
	if o.proxy == "" {
		return nil, nil
	}
	u, err := url.Parse(o.proxy)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("--proxy: expected a URL such as http://127.0.0.1:3128, got %q", o.proxy)
	}
	return u, nil
}

func (o *targetOptions) tls() (*tls.Config, error) {
	cfg := &tls.Config{MinVersion: tls.VersionTLS12}
	if o.caFile != "" {
		pool, err := caPool(o.caFile)
		if err != nil {
			return nil, err
		}
		cfg.RootCAs = pool
	}
	if (o.clientCert == "") != (o.clientKey == "") {
		return nil, fmt.Errorf("--client-cert and --client-key: expected both or neither, got only one")
	}
	if o.clientCert != "" {
		pair, err := tls.LoadX509KeyPair(o.clientCert, o.clientKey)
		if err != nil {
			return nil, fmt.Errorf("--client-cert and --client-key: %w", err)
		}
		cfg.Certificates = []tls.Certificate{pair}
	}
	return cfg, nil
}

func caPool(path string) (*x509.CertPool, error) {
	data, err := os.ReadFile(path) //nolint:gosec // the user's own file
	if err != nil {
		return nil, fmt.Errorf("--ca-file: %w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(data) {
		return nil, fmt.Errorf("--ca-file: expected certificates in PEM, got none in %s", path)
	}
	return pool, nil
}
