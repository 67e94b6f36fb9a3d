package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"example.com/assay/mockserver"
	"example.com/assay/openapi"
)

// writeBanner prints what a mock that listens can do, as commands to copy.
func writeBanner(w io.Writer, server *mockserver.Server, opts *mockOptions) {
	fmt.Fprintf(w, "assay %s: a mock of the Maxsight API v5, assessments\n", versionText())
	fmt.Fprintf(w, "contract  %s\n", server.ContractHash())
	fmt.Fprintf(w, "seed      %d\n\n", server.Seed())
	for _, s := range server.Samples() {
		fmt.Fprintf(w, "%-17s %s\n", s.OperationID, curl(server.URL(), s, opts.tlsCert))
	}
	fmt.Fprintf(w, "\nTo check this mock completely (\"go install ./cmd/assay\" installs assay):\n")
	fmt.Fprintf(w, "%s\n", verifyLine(server.URL(), server.Credentials(), opts.tlsCert))
	fmt.Fprintf(w, "\nListening on %s until interrupted.\n", server.URL())
	writeControl(w, server, &opts.control)
}

// curl returns a command that sends the sample to the server at the base URL.
func curl(base string, s mockserver.Sample, cert string) string {
	words := []string{"curl", "-i"}
	if cert != "" {
		words = append(words, "--cacert", cert)
	}
	if s.Method != http.MethodGet {
		words = append(words, "-X", s.Method)
	}
	words = append(words, strings.TrimSuffix(base, openapi.BasePath)+s.Path, "-H", "apikey: "+s.Key)
	if s.Body != "" {
		words = append(words, "-H", "Content-Type: application/json", "-d", s.Body)
	}
	return shellLine(words)
}

// verifyLine returns a command that checks the server at the base URL as
// completely as its credentials allow. Keys go by the environment: a command
// line can be read by others on the machine.
func verifyLine(base string, c mockserver.Credentials, cert string) string {
	var line []string
	for _, v := range []struct{ name, value string }{
		{"ASSAY_APIKEY", c.Key},
		{"ASSAY_OTHER_APIKEY", c.OtherKey},
		{"ASSAY_DENIED_APIKEY", c.DeniedKey},
		{"SSL_CERT_FILE", cert},
	} {
		if v.value != "" {
			line = append(line, v.name+"="+quote(v.value))
		}
	}
	words := []string{"assay", "verify", "--base-url", base}
	if c.OtherRegionHost != "" {
		words = append(words, "--other-region-url", withHost(base, c.OtherRegionHost))
	}
	line = append(line, shellLine(append(words, "--allow-cancel")))
	return strings.Join(line, " ")
}

// withHost replaces the host of a URL and keeps the port.
func withHost(base, host string) string {
	u, err := url.Parse(base)
	if err != nil {
		return base
	}
	if u.Host = host; u.Port() == "" {
		if old, err := url.Parse(base); err == nil && old.Port() != "" {
			u.Host = net.JoinHostPort(host, old.Port())
		}
	}
	return u.String()
}

func shellLine(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = quote(word)
	}
	return strings.Join(quoted, " ")
}

// quote returns the word as a POSIX shell reads it back.
func quote(word string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-./:,@%+", r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !plain(r) }) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
