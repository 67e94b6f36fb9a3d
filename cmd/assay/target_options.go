package main

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"example.com/assay/conformance"
	"example.com/assay/internal/textfile"
)

// targetOptions is a deployment and how to treat it: the flags that verify and prove
// share.
type targetOptions struct {
	target     conformance.Target
	options    conformance.Options
	apikeyFile string
	proxy      string
	caFile     string
	clientCert string
	clientKey  string
	headers    []string
}

// register adds the flags. The base URL has the name given.
func (o *targetOptions) register(flags *pflag.FlagSet, baseURL, usage string) {
	group(flags, "Deployment (its key comes from "+keyVariable+", never from a flag)", func(f *pflag.FlagSet) {
		f.StringVar(&o.target.BaseURL, baseURL, "", usage)
		f.StringVar(&o.apikeyFile, "apikey-file", "", "read the key from this `FILE`, not from "+keyVariable)
		f.StringVar(&o.target.OtherRegionURL, "other-region-url", "", "base `URL` of a region to which the key does not belong (AUT-03)")
		f.StringVar(&o.target.EntityID, "entity-id", "", "`UUID` of the entity for throw-away assessments; if unset, the first that is listed")
		f.StringVar(&o.target.TemplateID, "template-id", "", "`UUID` of the template for throw-away assessments; if unset, the first that is listed")
		f.StringArrayVar(&o.target.AssessmentIDs, "assessment-id", nil, "`UUID` of an existing assessment that may be cancelled")
		f.StringArrayVar(&o.target.CanceledOutcomeIDs, "canceled-outcome-id", nil, "`[TEMPLATE=]OUTCOME`: UUID of the outcome that a cancelled assessment must get (CAN-06),\nof one template or of all others; if unset, the outcome that the list of templates names")
	})
	group(flags, "Permissions", func(f *pflag.FlagSet) {
		f.BoolVar(&o.options.AllowCancel, "allow-cancel", false, "create and cancel assessments; without it the run only reads")
		f.StringVar(&o.options.ConfirmHost, "confirm-host", "", "repeat the `HOST` of the base URL; required by --allow-cancel on another machine")
		f.BoolVar(&o.options.Keep, "keep", false, "do not cancel the assessments of the run at its end")
		f.StringVar(&o.options.Ledger, "ledger", "", "append a line to this `FILE` before each write, to find leftovers after a crash")
	})
	o.registerLimits(flags)
	group(flags, "Connection", func(f *pflag.FlagSet) {
		f.StringVar(&o.proxy, "proxy", "", "`URL` of an HTTP proxy; if unset, http_proxy, https_proxy, all_proxy and no_proxy count as for curl")
		f.StringVar(&o.caFile, "ca-file", "", "trust the certificates in this PEM `FILE` besides those of the machine")
		f.StringVar(&o.clientCert, "client-cert", "", "client certificate, a PEM `FILE`; needs --client-key")
		f.StringVar(&o.clientKey, "client-key", "", "private key of --client-cert, a PEM `FILE`")
		f.StringArrayVar(&o.headers, "header", nil, "send this header with each request, as `NAME:VALUE`")
	})
}

func (o *targetOptions) registerLimits(flags *pflag.FlagSet) {
	group(flags, "Time and load", func(f *pflag.FlagSet) {
		f.DurationVar(&o.options.Timeout, "timeout", 10*time.Second, "limit of one request with its response body")
		f.DurationVar(&o.options.UnavailableTimeout, "unavailable-timeout", 30*time.Second, "how long to repeat a request that a gateway answers with 429, 502, 503 or 504")
		f.DurationVar(&o.options.VisibilityTimeout, "visibility-timeout", 5*time.Second, "limit for a read to show a change")
		f.DurationVar(&o.options.Settle, "settle", 0, "how long to watch that nothing changes, more than the template's steps take; 0: 2s, and 1s on this machine")
		f.DurationVar(&o.options.Deadline, "deadline", 10*time.Minute, "limit of the whole run")
		f.Float64Var(&o.options.Rate, "rate", 0, "maximum requests per second; 0: 10, and unlimited on this machine")
		f.IntVar(&o.options.Parallel, "parallel", 0, "scenarios at once; 0: 2, and 16 on this machine")
		f.IntVar(&o.options.Clients, "clients", 0, "clients that cancel and read one assessment at once (CAN-12); 0: 3, and 8 on this machine")
		f.IntVar(&o.options.ListRequests, "list-requests", 0, "maximum requests for one reading of a list; 0: 1000")
		f.IntVar(&o.options.Negatives, "invalid-requests", 0, "requests that break the contract (NEG-01); 0: 15, and 40 on this machine")
		f.Uint64Var(&o.options.Seed, "seed", 0, "generate random IDs, keys and invalid requests from this `NUMBER`")
	})
}

// resolve reads the keys and the files that the flags name. The error joins
// everything that is wrong.
func (o *targetOptions) resolve(p *process) error {
	var errs [4]error
	o.target.APIKey, errs[0] = o.key(p)
	o.target.OtherAPIKey, o.target.DeniedAPIKey = p.env[otherKeyVariable], p.env[deniedKeyVariable]
	o.options.Version = version
	o.options.Header, errs[1] = o.header()
	o.options.Proxy, errs[2] = proxyFunc(o.proxy, p.env)
	o.options.TLS, errs[3] = clientTLS(o.caFile, o.clientCert, o.clientKey)
	return usageError(errors.Join(errs[:]...))
}

func (o *targetOptions) key(p *process) (string, error) {
	fromEnv := p.env[keyVariable]
	if o.apikeyFile == "" {
		return fromEnv, nil
	}
	if fromEnv != "" {
		return "", fmt.Errorf("--apikey-file and %s are both set; use one of them", keyVariable)
	}
	data, err := os.ReadFile(o.apikeyFile)
	if err != nil {
		return "", fmt.Errorf("--apikey-file: %w", err)
	}
	if data, err = textfile.Decode(o.apikeyFile, data); err != nil {
		return "", fmt.Errorf("--apikey-file: %w", err)
	}
	return strings.TrimSpace(string(data)), nil
}

// ownHeaders are the headers whose values the checks depend on.
func ownHeaders() []string {
	return []string{"Accept-Encoding", "Connection", "Content-Length", "Content-Type", "If-Match", "Transfer-Encoding"}
}

func (o *targetOptions) header() (http.Header, error) {
	header := http.Header{}
	for i, h := range o.headers {
		name, value, found := strings.Cut(h, ":")
		name = strings.TrimSpace(name)
		switch {
		case !found || name == "" || strings.ContainsAny(h, "\r\n"):
			return nil, fmt.Errorf("--header: value %d is invalid; use NAME:VALUE on one line", i+1)
		case strings.EqualFold(name, "apikey"):
			return nil, fmt.Errorf("--header: apikey is reserved; set the key in %s", keyVariable)
		case slices.Contains(ownHeaders(), http.CanonicalHeaderKey(name)):
			return nil, fmt.Errorf("--header: the suite sets %s for each request itself; leave it out", http.CanonicalHeaderKey(name))
		}
		header.Add(name, strings.TrimSpace(value))
	}
	return header, nil
}
