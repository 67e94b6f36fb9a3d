package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"strings"

	"example.com/assay/cmd/assay/internal/config"
	"example.com/assay/mockserver"
)

// noOrigin is the value of --cors-origin that allows none.
const noOrigin = "none"

// mockOptions is what the flags of assay mock say.
type mockOptions struct {
	listen      string
	addressFile string
	tlsCert     string
	tlsKey      string
	fixtures    string
	watch       bool
	loaded      []byte // the content of fixtures
	seed        uint64
	set         config.List
	traffic     trafficOptions
	quotas      quotaOptions
	awkward     bool
	control     controlOptions
	logFormat   config.Choice
	logLevel    config.Choice
}

func (o *mockOptions) flags() *config.Flags {
	o.logFormat = config.Choice{Value: "text", Allowed: []string{"text", "json"}}
	o.logLevel = config.Choice{Value: "info", Allowed: []string{"debug", "info", "warn", "error"}}

	f := config.NewFlags("mock")
	f.Group("Where it listens")
	f.StringVar(&o.listen, "listen", "127.0.0.1:8080", "listen on `HOST:PORT`; port 0 stands for any free one")
	f.StringVar(&o.addressFile, "address-file", "", "once listening, and until stopped, hold the line \"api URL\" in `FILE`")
	f.StringVar(&o.tlsCert, "tls-cert", "", "serve HTTPS with the certificates in this PEM `FILE`; needs --tls-key")
	f.StringVar(&o.tlsKey, "tls-key", "", "the private key of --tls-cert, a PEM `FILE`")
	o.control.register(f)
	f.Group("What it serves")
	f.StringVar(&o.fixtures, "fixtures", "", "serve the institutions and assessments of this YAML `FILE`, not the built-in ones")
	f.BoolVar(&o.watch, "watch", false, "serve --fixtures anew whenever the file changes; one that is wrong is told, and not served")
	f.Uint64Var(&o.seed, "seed", 0, "make the IDs of new assessments, and shuffled lists, from this `NUMBER`")
	f.Var(&o.set, "set", "choose what the documentation leaves open, as `FREEDOM=VALUE`;\n--set help lists every freedom and its values")
	f.BoolVar(&o.awkward, "awkward", false, "vary every freedom that --set does not name from one request to the next, by the seed")
	o.traffic.register(f)
	o.quotas.register(f)
	f.Group("Logs, on stderr")
	f.Var(&o.logFormat, "log-format", "the form of the lines")
	f.Var(&o.logLevel, "log-level", "the least important lines to print")
	return f
}

func (o *mockOptions) asksForHelp() bool { return slices.Contains(o.set, "help") }

// config turns the options into a configuration of the server. The error joins
// everything that is wrong.
func (o *mockOptions) config(readFile func(string) ([]byte, error)) (mockserver.Config, error) {
	cfg := mockserver.Config{Seed: o.seed, Addr: o.listen, FixturesName: o.fixtures, CORSOrigins: o.origins(), Awkward: o.awkward, Version: version}
	var errs [8]error
	errs[0] = checkAddress("--listen", o.listen)
	errs[4] = o.control.apply(&cfg, o.listen)
	errs[6] = o.traffic.apply(&cfg)
	errs[7] = o.quotas.apply(&cfg)
	cfg.TLS, errs[1] = o.tls()
	cfg.Settings, errs[2] = settingsOf(o.set)
	if o.watch && o.fixtures == "" {
		errs[5] = fmt.Errorf("--watch: expected --fixtures FILE with it")
	}
	if o.fixtures != "" {
		cfg.Fixtures, errs[3] = readFile(o.fixtures)
	}
	if errs[3] != nil {
		errs[3] = fmt.Errorf("--fixtures: %w", errs[3])
	}
	return cfg, errors.Join(errs[:]...)
}

func checkAddress(flag, address string) error {
	_, port, err := net.SplitHostPort(address)
	if err != nil || port == "" {
		return fmt.Errorf("%s: expected HOST:PORT such as 127.0.0.1:8080, got %q", flag, address)
	}
	return nil
}

func (o *mockOptions) tls() (*tls.Config, error) {
	if o.tlsCert == "" && o.tlsKey == "" {
		return nil, nil
	}
	if o.tlsCert == "" || o.tlsKey == "" {
		return nil, fmt.Errorf("--tls-cert and --tls-key: expected both or neither, got only one")
	}
	pair, err := tls.LoadX509KeyPair(o.tlsCert, o.tlsKey)
	if err != nil {
		return nil, fmt.Errorf("--tls-cert and --tls-key: %w", err)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}, nil
}

// origins keeps apart what the server keeps apart: nil for its default, and an
// empty slice for no origin at all.
func (o *mockOptions) origins() []string {
	if slices.Equal(o.traffic.corsOrigins, []string{noOrigin}) {
		return []string{}
	}
	return o.traffic.corsOrigins
}

// settingsOf reads FREEDOM=VALUE. Whether there is such a freedom, with such a
// value, is for the server to say.
func settingsOf(set []string) (map[string]string, error) {
	settings := map[string]string{}
	var errs []error
	for _, s := range set {
		name, value, found := strings.Cut(s, "=")
		if !found || name == "" || value == "" {
			errs = append(errs, fmt.Errorf("--set: expected FREEDOM=VALUE such as second-cancel=conflict, got %q; --set help lists them", s))
			continue
		}
		if before, ok := settings[name]; ok && before != value {
			errs = append(errs, fmt.Errorf("--set: expected one value for %s, got %q and %q", name, before, value))
		}
		settings[name] = value
	}
	return settings, errors.Join(errs...)
}

// logger writes logs as the options say. The level is one that the flag allows,
// and each of those is a name that slog knows.
func (o *mockOptions) logger(w io.Writer) *slog.Logger {
	level := new(slog.LevelVar)
	if err := level.UnmarshalText([]byte(o.logLevel.Value)); err != nil {
		level.Set(slog.LevelInfo)
	}
	options := &slog.HandlerOptions{Level: level}
	if o.logFormat.Value == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}
