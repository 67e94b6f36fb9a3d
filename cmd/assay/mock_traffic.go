package main

import (
	"fmt"

	"example.com/assay/cmd/assay/internal/config"
	"example.com/assay/mockserver"
)

// trafficOptions is what the flags say about browsers, faults and the journal.
type trafficOptions struct {
	cors           config.Choice
	corsOrigins    config.List
	corsHeaders    config.List
	prefer         config.Choice
	journalEntries int
	journalBytes   int
}

func (o *trafficOptions) register(f *config.Flags) {
	o.cors = config.Choice{Value: "local", Allowed: []string{"local", "strict"}}
	o.prefer = config.Choice{Value: "on", Allowed: []string{"on", "off"}}
	f.Group("Browsers")
	f.Var(&o.cors, "cors", "answer browsers as for local development, or as an API that no page may call (strict)")
	f.Var(&o.corsOrigins, "cors-origin", "allow scripts of this `ORIGIN`, as https://app.example.com, http://localhost:*\n"+
		"or http://*.localhost:*; \""+noOrigin+"\" for no origin; if not given, any port of this machine")
	f.Var(&o.corsHeaders, "cors-header", "allow scripts to send this `HEADER`, beside apikey, content-type and prefer")
	f.Group("What goes wrong on purpose, and what is remembered")
	f.Var(&o.prefer, "prefer", "carry out the faults that the header Prefer of a request asks for")
	f.IntVar(&o.journalEntries, "journal-entries", 10_000, "keep this `NUMBER` of exchanges of each institution")
	f.IntVar(&o.journalBytes, "journal-bytes", 64<<20, "keep exchanges of so many `BYTES` in all, of each institution")
}

// apply puts the options into the configuration of a server.
func (o *trafficOptions) apply(cfg *mockserver.Config) error {
	cfg.CORSStrict, cfg.CORSHeaders, cfg.NoPrefer = o.cors.Value == "strict", o.corsHeaders, o.prefer.Value == "off"
	if cfg.CORSStrict && (len(o.corsOrigins) > 0 || len(o.corsHeaders) > 0) {
		return fmt.Errorf("--cors: expected no --cors-origin and --cors-header with strict, got some")
	}
	cfg.JournalEntries, cfg.JournalBytes = o.journalEntries, o.journalBytes
	if o.journalEntries < 1 || o.journalBytes < 1 {
		return fmt.Errorf("--journal-entries and --journal-bytes: expected numbers above 0, got %d and %d", o.journalEntries, o.journalBytes)
	}
	return nil
}
