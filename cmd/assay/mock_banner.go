package main

import (
	"fmt"
	"io"
	"strings"

	"example.com/assay/internal/shell"
	"example.com/assay/mockserver"
	"example.com/assay/openapi"
)

// writeBanner prints the addresses of a mock, and commands to copy.
func writeBanner(w io.Writer, server *mockserver.Server, o *mockOptions) {
	fmt.Fprintf(w, "assay %s: mock server of the Maxsight API v5, assessments\n", versionText())
	fmt.Fprintf(w, "contract  %s\n", server.ContractHash())
	fmt.Fprintf(w, "seed      %d\n\n", server.Seed())
	for _, s := range server.Samples() {
		fmt.Fprintf(w, "%-20s %s\n", s.OperationID, curl(server.URL(), s, o.tlsCert))
	}
	fmt.Fprintf(w, "\nCheck this mock completely (\"go install ./cmd/assay\" installs assay):\n")
	credentials := server.Credentials()
	fmt.Fprintf(w, "%s\n", verifyLine(server.URL(), server.RegionURL(credentials.OtherRegion), credentials, o.tlsCert))
	fmt.Fprintln(w)
	for _, region := range server.Regions() {
		fmt.Fprintf(w, "Region %s: %s\n", region, server.RegionURL(region))
	}
	fmt.Fprintf(w, "Listening on %s until interrupted.\n", server.URL())
	if server.ControlURL() != "" {
		fmt.Fprintf(w, "Control plane: %s (see assay help ctl)\n", server.ControlURL())
	}
	if o.cfg.ControlToken == "" && server.ControlToken() != "" {
		fmt.Fprintf(w, "Control token: %s (set ASSAY_CONTROL_TOKEN; shown only once)\n", server.ControlToken())
	}
}

// curl returns a command that sends the sample to the server at the base URL.
func curl(base string, s mockserver.Sample, cert string) string {
	r := shell.Request{
		Method: s.Method, URL: strings.TrimSuffix(base, openapi.BasePath) + s.Path, Body: s.Body, CACert: cert,
		Headers: []shell.Field{{Name: "apikey", Value: s.Key}},
	}
	if s.IfMatch != "" {
		r.Headers = append(r.Headers, shell.Field{Name: "If-Match", Value: s.IfMatch})
	}
	if s.Body != "" {
		r.Headers = append(r.Headers, shell.Field{Name: "Content-Type", Value: "application/json"})
	}
	return shell.Command(r)
}

// verifyLine returns a command that checks the server at the base URL as completely
// as its credentials allow. Keys are in the environment: other users of the machine
// can read command lines.
func verifyLine(base, otherRegion string, c mockserver.Credentials, cert string) string {
	var line []string
	for _, v := range []struct{ name, value string }{
		{keyVariable, c.Key}, {otherKeyVariable, c.OtherKey}, {deniedKeyVariable, c.DeniedKey}, {"SSL_CERT_FILE", cert},
	} {
		if v.value != "" {
			line = append(line, v.name+"="+shell.Quote(v.value))
		}
	}
	line = append(line, "assay verify --base-url", shell.Quote(base))
	if c.OtherRegion != "" {
		line = append(line, "--other-region-url", shell.Quote(otherRegion))
	}
	return strings.Join(append(line, "--allow-cancel"), " ")
}
