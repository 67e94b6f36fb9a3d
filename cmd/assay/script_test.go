package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// patience is how long a script waits for something that is bound to happen.
const patience = 20 * time.Second

// TestScripts runs testdata/script. Beside the usual commands a script has
//
//	exits CODE COMMAND...    run a command, and expect this very exit code
//	address FILE [OLD-FILE]  wait for an address file, and one that is not as the
//	                         old one; $api, $control and $api_REGION are the URLs
//	                         in it, and $port the port of $api
//	http [FLAGS] METHOD URL  send a request; the answer is the stdout
//	signal TERM|INT          send a signal to the process in the background
//	cert CERT KEY            write a certificate for 127.0.0.1, and its key, to files
//	occupy                   listen at a port; $occupied is its address
//	serve KIND               serve what servers lists; $served is its base URL, and
//	                         $host its host and port
func TestScripts(t *testing.T) {
	t.Parallel()
	// A process that catches a signal passes the default on, one that ignores it does not:
	// nohup would let the commands ignore SIGHUP.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":   cmdExits,
			"address": cmdAddress,
			"http":    cmdHTTP,
			"signal":  cmdSignal,
			"cert":    cmdCert,
			"occupy":  cmdOccupy,
			"serve":   cmdServe,
		},
	})
}

func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got, failed := 0, ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	switch {
	case errors.As(failed, &exit):
		got = exit.ExitCode()
	case failed != nil:
		ts.Fatalf("%v", failed)
	}
	if got != want {
		ts.Fatalf("exit code: got %d, expected %d", got, want)
	}
}

func cmdAddress(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: address FILE [OLD-FILE]")
	}
	old := ""
	if len(args) == 2 {
		old = ts.ReadFile(args[1])
	}
	content := awaitFile(ts, ts.MkAbs(args[0]), old)
	if !strings.HasPrefix(content, "api http") || !strings.HasSuffix(content, "\n") {
		ts.Fatalf("address file: got %q, expected a line such as \"api http://127.0.0.1:8080/v5\"", content)
	}
	ts.Setenv("control", "")
	for line := range strings.Lines(content) {
		kind, address, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		ts.Setenv(strings.ReplaceAll(kind, ".", "_"), address)
	}
	api, err := url.Parse(ts.Getenv("api"))
	ts.Check(err)
	ts.Setenv("port", api.Port())
}

// awaitFile returns the content of the file, once it is there and is not old.
func awaitFile(ts *testscript.TestScript, name, old string) string {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-tick.C {
		content, err := os.ReadFile(name)
		if err == nil && string(content) != old {
			return string(content)
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			ts.Fatalf("%v", err)
		}
	}
	ts.Fatalf("%s did not appear within %s", name, patience)
	return ""
}

// headers is the value of a flag that can be repeated.
type headers []string

func (h *headers) String() string     { return strings.Join(*h, ", ") }
func (h *headers) Set(v string) error { *h = append(*h, v); return nil }

func cmdHTTP(ts *testscript.TestScript, neg bool, args []string) {
	flags := flag.NewFlagSet("http", flag.ContinueOnError)
	var extra headers
	flags.Var(&extra, "H", "header")
	body := flags.String("d", "", "body, JSON")
	cacert := flags.String("cacert", "", "file with the certificate to trust")
	ts.Check(flags.Parse(args))
	if neg || flags.NArg() != 2 {
		ts.Fatalf("usage: http [-H 'NAME: VALUE'] [-d BODY] [-cacert FILE] METHOD URL")
	}
	var trusted []byte
	if *cacert != "" {
		trusted = []byte(ts.ReadFile(*cacert))
	}
	answer, err := roundTrip(flags.Arg(0), flags.Arg(1), extra, *body, trusted)
	if err != nil {
		ts.Fatalf("%v", err)
	}
	fmt.Fprint(ts.Stdout(), answer)
}

// roundTrip sends a request, and writes the response out: its status, its
// headers, an empty line, its body.
func roundTrip(method, url string, headers []string, body string, trusted []byte) (string, error) {
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		request.Header.Set(name, value)
	}
	response, err := clientFor(trusted).Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintln(&b, response.StatusCode)
	if err := response.Header.Write(&b); err != nil {
		return "", err
	}
	fmt.Fprintf(&b, "\n%s\n", content)
	return b.String(), nil
}

func clientFor(trusted []byte) *http.Client {
	transport := &http.Transport{DisableKeepAlives: true, DialContext: dialLocalhost}
	if trusted != nil {
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(trusted)
		transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	return &http.Client{Transport: transport, Timeout: patience}
}

// dialLocalhost takes names below localhost for this machine, as curl and browsers
// do, whatever the resolver says.
func dialLocalhost(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err == nil && strings.HasSuffix(host, ".localhost") {
		address = net.JoinHostPort("127.0.0.1", port)
	}
	return (&net.Dialer{}).DialContext(ctx, network, address)
}

func cmdSignal(ts *testscript.TestScript, neg bool, args []string) {
	signals := map[string]os.Signal{"TERM": syscall.SIGTERM, "INT": os.Interrupt, "HUP": syscall.SIGHUP}
	background := ts.BackgroundCmds()
	if neg || len(args) != 1 || signals[args[0]] == nil || len(background) != 1 {
		ts.Fatalf("usage: signal TERM|INT|HUP, with one process in the background")
	}
	ts.Check(background[0].Process.Signal(signals[args[0]]))
}

func cmdCert(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: cert CERTIFICATE-FILE KEY-FILE")
	}
	ts.Check(writeCertificate(ts.MkAbs(args[0]), ts.MkAbs(args[1])))
}

func writeCertificate(certFile, keyFile string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "assay test"},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(time.Hour),
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA:         true, BasicConstraintsValid: true,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}), 0o600),
		os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600),
	)
}

func cmdOccupy(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: occupy")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { _ = listener.Close() })
	ts.Setenv("occupied", listener.Addr().String())
}

// TestEveryScriptIsRun keeps a script with another ending from being forgotten.
func TestEveryScriptIsRun(t *testing.T) {
	t.Parallel()
	all, err := os.ReadDir("testdata/script")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range all {
		if filepath.Ext(entry.Name()) != ".txtar" {
			t.Errorf("%s: expected a script, *.txtar", entry.Name())
		}
	}
}
