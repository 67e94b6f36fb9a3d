package main

import (
	"fmt"
	"io"
	"net"
	"strings"

	"example.com/assay/cmd/assay/internal/config"
	"example.com/assay/mockserver"
)

const (
	// noControl is the value of --control that starts no control plane.
	noControl = "off"
	// defaultControl is the default address of the control plane.
	defaultControl = "127.0.0.1:8081"
)

// controlOptions is what the flags say about the control plane.
type controlOptions struct {
	address string
	token   string
	hosts   config.List
}

func (o *controlOptions) register(f *config.Flags) {
	f.Group("The control plane, on a listener of its own")
	f.StringVar(&o.address, "control", "", "listen for it on `HOST:PORT`; \""+noControl+"\" for none; if not given, "+defaultControl+",\nor any free port of 127.0.0.1 where --listen asks for one")
	f.StringVar(&o.token, "control-token", "", "ask its callers for this `TOKEN`; if not given, on any address that others can\nreach a random one is made, and printed once")
	f.Var(&o.hosts, "control-host", "let it be called by this host `NAME`, beside localhost and IP addresses")
}

// apply puts the options into the configuration of a server that listens for the
// API at the address.
func (o *controlOptions) apply(cfg *mockserver.Config, listen string) error {
	cfg.ControlToken, cfg.ControlHosts = o.token, o.hosts
	switch o.address {
	case noControl:
		if o.token != "" || len(o.hosts) > 0 {
			return fmt.Errorf("--control: expected an address with --control-token and --control-host, got %q", noControl)
		}
		return nil
	case "":
		cfg.ControlAddr = defaultControl
		if _, port, _ := net.SplitHostPort(listen); port == "0" {
			cfg.ControlAddr = "127.0.0.1:0"
		}
		return nil
	}
	// assay ctl takes the same variable as a URL.
	cfg.ControlAddr = strings.TrimSuffix(strings.TrimPrefix(o.address, "http://"), "/")
	return checkAddress("--control", cfg.ControlAddr)
}

// startHint says what to do about an address that cannot be listened on.
func (o *controlOptions) startHint(control bool) string {
	switch {
	case !control:
		return "choose another address with --listen, 127.0.0.1:0 for any free port"
	case o.address == "":
		return "that is the default, for which another mock may be running: --control 127.0.0.1:0 takes any free port, --control off starts no control plane"
	}
	return "choose another address with --control, 127.0.0.1:0 for any free port, or off"
}

// writeControl says where the control plane is, and how to be let in.
func writeControl(w io.Writer, server *mockserver.Server, o *controlOptions) {
	if server.ControlURL() == "" {
		return
	}
	fmt.Fprintf(w, "The control plane is at %s, see assay help ctl.\n", server.ControlURL())
	if o.token == "" && server.ControlToken() != "" {
		fmt.Fprintf(w, "Its token, for ASSAY_CONTROL_TOKEN, is %s and is not shown again.\n", server.ControlToken())
	}
}
