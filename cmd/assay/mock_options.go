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

	"github.com/spf13/pflag"

	"example.com/assay/cmd/assay/internal/config"
	"example.com/assay/mockserver"
)

const (
	// noOrigin is the value of --cors-origin that allows no origin.
	noOrigin = "none"
	// noControl is the value of --control that starts no control plane.
	noControl = "off"
)

// mockOptions is the flags of assay mock: fields of the server's configuration, and
// others from which such fields are made.
type mockOptions struct {
	cfg         mockserver.Config
	addressFile string
	regions     []string
	tlsCert     string
	tlsKey      string
	watch       bool
	loaded      []byte // the content of the fixtures file
	set         []string
	cors        config.Choice
	prefer      config.Choice
	control     string
	logFormat   config.Choice
	logLevel    config.Choice
}

func newMockOptions() *mockOptions {
	return &mockOptions{
		cfg:       mockserver.Config{Version: version},
		cors:      config.Choice{Value: "local", Allowed: []string{"local", "strict"}},
		prefer:    config.Choice{Value: "on", Allowed: []string{"on", "off"}},
		logFormat: config.Choice{Value: "text", Allowed: []string{"text", "json"}},
		logLevel:  config.Choice{Value: "info", Allowed: []string{"debug", "info", "warn", "error"}},
	}
}

func (o *mockOptions) register(flags *pflag.FlagSet) {
	o.registerListeners(flags)
	group(flags, "Behaviour", func(f *pflag.FlagSet) {
		f.StringVar(&o.cfg.FixturesName, "fixtures", "", "serve the institutions and assessments of this YAML `FILE`, not the built-in ones")
		f.BoolVar(&o.watch, "watch", false, "reload --fixtures when the file changes; an invalid file is logged and ignored")
		f.Uint64Var(&o.cfg.Seed, "seed", 0, "derive IDs of new assessments and shuffled lists from this `NUMBER`")
		f.StringArrayVar(&o.set, "set", nil, "choose the value of a freedom, as `FREEDOM=VALUE`; --set help lists them")
		f.BoolVar(&o.cfg.Awkward, "awkward", false, "vary the freedoms that --set does not name from request to request, by the seed")
		f.Var(&o.prefer, "prefer-header", "inject the faults that a request asks for in its Prefer header")
	})
	group(flags, "Browsers", func(f *pflag.FlagSet) {
		f.Var(&o.cors, "cors", "allow browsers as for local development, or block them like an API without CORS (strict)")
		f.StringArrayVar(&o.cfg.CORSOrigins, "cors-origin", nil, "allow scripts of this `ORIGIN`: https://app.example.com, http://localhost:*\n"+
			"or http://*.localhost:*; \""+noOrigin+"\" for no origin; if unset, any port of this machine")
		f.BoolVar(&o.cfg.CORSCredentials, "cors-credentials", false, "let scripts of the origins of --cors-origin send cookies")
		f.StringArrayVar(&o.cfg.CORSHeaders, "cors-header", nil, "allow scripts to send this `HEADER` besides apikey, content-type, if-match and prefer")
	})
	group(flags, "Limits", func(f *pflag.FlagSet) {
		f.IntVar(&o.cfg.JournalEntries, "journal-entries", 10_000, "maximum `NUMBER` of journal entries per institution")
		f.IntVar(&o.cfg.JournalBytes, "journal-bytes", 64<<20, "maximum size of the journal per institution, in `BYTES`")
		f.IntVar(&o.cfg.MaxInstitutions, "max-institutions", 1_000, "maximum `NUMBER` of institutions, those of the fixtures included")
		f.IntVar(&o.cfg.MaxAssessments, "max-assessments", 100_000, "maximum `NUMBER` of assessments per institution")
		f.IntVar(&o.cfg.MaxSnapshots, "max-snapshots", 100, "maximum `NUMBER` of snapshots")
	})
	group(flags, "Logs, on stderr", func(f *pflag.FlagSet) {
		f.Var(&o.logFormat, "log-format", "format of the lines")
		f.Var(&o.logLevel, "log-level", "lowest level to print")
	})
}

func (o *mockOptions) registerListeners(flags *pflag.FlagSet) {
	group(flags, "API listener", func(f *pflag.FlagSet) {
		f.StringVar(&o.cfg.Addr, "listen", "127.0.0.1:8080", "listen on `HOST:PORT`; port 0 is any free port")
		f.StringArrayVar(&o.regions, "region-listen", nil, "serve a region at its own address, as `REGION=HOST:PORT`: us=127.0.0.1:0")
		f.StringVar(&o.addressFile, "address-file", "", "while listening, keep the lines \"api URL\", \"control URL\" and \"api.REGION URL\" in this `FILE`")
		f.StringVar(&o.tlsCert, "tls-cert", "", "serve HTTPS with the certificates in this PEM `FILE`; needs --tls-key")
		f.StringVar(&o.tlsKey, "tls-key", "", "private key of --tls-cert, a PEM `FILE`")
	})
	group(flags, "Control plane listener", func(f *pflag.FlagSet) {
		f.StringVar(&o.control, "control", "", "listen on `HOST:PORT`; \""+noControl+"\" for no control plane; if unset, "+defaultControl+",\nor any free port of 127.0.0.1 if --listen has port 0")
		f.StringVar(&o.cfg.ControlToken, "control-token", "", "require this `TOKEN`; if unset, an address beyond loopback gets a random one,\nwhich is printed once")
		f.StringArrayVar(&o.cfg.ControlHosts, "control-host", nil, "accept this `HOST` name besides localhost and IP addresses")
	})
}

// config completes the configuration of the server. The error joins everything that
// is wrong.
func (o *mockOptions) config(readFile func(string) ([]byte, error)) (mockserver.Config, error) {
	cfg := o.cfg
	cfg.NoPrefer = o.prefer.Value == "off"
	errs := []error{checkAddress("--listen", cfg.Addr), o.applyRegions(&cfg), o.applyControl(&cfg), o.applyCORS(&cfg), checkLimits(cfg)}
	certificates, err := keyPair("tls", o.tlsCert, o.tlsKey)
	if certificates != nil {
		cfg.TLS = &tls.Config{Certificates: certificates, MinVersion: tls.VersionTLS12}
	}
	errs = append(errs, err)
	if cfg.Settings, err = parseSettings(o.set); err != nil {
		errs = append(errs, fmt.Errorf("--set: %w", err))
	}
	switch {
	case cfg.FixturesName != "":
		if cfg.Fixtures, err = readFile(cfg.FixturesName); err != nil {
			errs = append(errs, fmt.Errorf("--fixtures: %w", err))
		}
	case o.watch:
		errs = append(errs, errors.New("--watch needs --fixtures FILE"))
	}
	return cfg, errors.Join(errs...)
}

func checkAddress(flag, address string) error {
	_, port, err := net.SplitHostPort(address)
	if err != nil || port == "" {
		return fmt.Errorf("%s: invalid address %q; use HOST:PORT such as 127.0.0.1:8080", flag, address)
	}
	return nil
}

func (o *mockOptions) applyRegions(cfg *mockserver.Config) error {
	cfg.RegionAddrs = map[string]string{}
	var errs []error
	for _, value := range o.regions {
		region, address, found := strings.Cut(value, "=")
		before, repeated := cfg.RegionAddrs[region]
		switch {
		case !found:
			errs = append(errs, fmt.Errorf("--region-listen: invalid value %q; use REGION=HOST:PORT such as us=127.0.0.1:0", value))
			continue
		case repeated:
			errs = append(errs, fmt.Errorf("--region-listen: region %s has two addresses, %q and %q; use one", region, before, address))
		}
		errs = append(errs, checkAddress("--region-listen", address))
		cfg.RegionAddrs[region] = address
	}
	return errors.Join(errs...)
}

func (o *mockOptions) applyControl(cfg *mockserver.Config) error {
	switch o.control {
	case noControl:
		if cfg.ControlToken != "" || len(cfg.ControlHosts) > 0 {
			return fmt.Errorf("--control %s excludes --control-token and --control-host", noControl)
		}
		return nil
	case "":
		cfg.ControlAddr = defaultControl
		if _, port, _ := net.SplitHostPort(cfg.Addr); port == "0" {
			cfg.ControlAddr = "127.0.0.1:0"
		}
		return nil
	}
	// assay ctl reads the same variable as a URL.
	cfg.ControlAddr = strings.TrimSuffix(strings.TrimPrefix(o.control, "http://"), "/")
	return checkAddress("--control", cfg.ControlAddr)
}

// applyCORS keeps the server's distinction between no origins, an empty slice, and
// the default, nil.
func (o *mockOptions) applyCORS(cfg *mockserver.Config) error {
	cfg.CORSStrict = o.cors.Value == "strict"
	if cfg.CORSStrict && (len(cfg.CORSOrigins) > 0 || len(cfg.CORSHeaders) > 0 || cfg.CORSCredentials) {
		return errors.New("--cors strict excludes --cors-origin, --cors-header and --cors-credentials")
	}
	if slices.Equal(cfg.CORSOrigins, []string{noOrigin}) {
		cfg.CORSOrigins = []string{}
	}
	return nil
}

func checkLimits(cfg mockserver.Config) error {
	var errs []error
	for _, limit := range []struct {
		flag  string
		value int
	}{
		{"--journal-entries", cfg.JournalEntries}, {"--journal-bytes", cfg.JournalBytes},
		{"--max-institutions", cfg.MaxInstitutions}, {"--max-assessments", cfg.MaxAssessments}, {"--max-snapshots", cfg.MaxSnapshots},
	} {
		if limit.value < 1 {
			errs = append(errs, fmt.Errorf("%s: invalid value %d; use a number above 0", limit.flag, limit.value))
		}
	}
	return errors.Join(errs...)
}

// startHint suggests what to do about an address that is in use.
func (o *mockOptions) startHint(err error) string {
	switch {
	case errors.Is(err, mockserver.ErrRegion):
		return "choose another address with --region-listen, or port 0 for any free port"
	case !errors.Is(err, mockserver.ErrControl):
		return "choose another address with --listen, or 127.0.0.1:0 for any free port"
	case o.control == "":
		return "another mock may use this default address; --control 127.0.0.1:0 takes any free port, --control off starts no control plane"
	}
	return "choose another address with --control, 127.0.0.1:0 for any free port, or off"
}

// logger writes logs as the flags choose. slog knows each level that the flag allows.
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

// reportDropped logs that the output was full.
func (o *mockOptions) reportDropped(w io.Writer, lines int) {
	o.logger(w).Warn("lines dropped, because the output was not read", "lines", lines)
}
