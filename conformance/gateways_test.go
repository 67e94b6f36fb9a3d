package conformance_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"text/template"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/conformance"
	"example.com/assay/conformance/report"
	"example.com/assay/mockserver"
)

// A gateway is a real server in front of the mock, started from a
// configuration in testdata/gateways.
type gateway struct {
	TLS, HTTP2 bool
	Limit      int      // requests a second, with a burst of 5; 0: no limit
	Keys       []string // the only keys that pass; nil: all

	program, config string
	args            []string // before the name of the configuration
	proxy           bool     // a forward proxy: the mock keeps its URL
	pages           bool     // the gateway answers 401 with pages of its own

	Dir, Listen, Upstream string // filled in by start
	FD                    int
}

// TestGatewaysChangeNothing compares a run through each gateway with a direct
// one: same verdict, same outcomes, same observations.
func TestGatewaysChangeNothing(t *testing.T) {
	t.Parallel()
	direct := startMock(t, nil)
	want := run(t, targetOf(direct), throughGateways())
	c := direct.Credentials()
	nginx := gateway{program: "nginx", config: "nginx.conf", args: []string{"-e", "stderr", "-c"}}
	haproxy := gateway{program: "haproxy", config: "haproxy.cfg", args: []string{"-q", "-f"}}
	tests := []struct {
		name    string
		gateway gateway
		change  func(*gateway)
	}{
		{"nginx", nginx, func(*gateway) {}},
		{"nginx with TLS", nginx, func(g *gateway) { g.TLS = true }},
		{"nginx with HTTP 2", nginx, func(g *gateway) { g.TLS, g.HTTP2 = true, true }},
		{"nginx that limits the rate", nginx, func(g *gateway) { g.Limit = 200 }},
		{"nginx that checks keys", nginx, func(g *gateway) { g.Keys, g.pages = []string{c.Key, c.OtherKey, c.DeniedKey}, true }},
		{"haproxy", haproxy, func(*gateway) {}},
		{"haproxy with TLS", haproxy, func(g *gateway) { g.TLS = true }},
		{"haproxy with HTTP 2 only", haproxy, func(g *gateway) { g.TLS, g.HTTP2 = true, true }},
		{"squid", gateway{program: "squid", config: "squid.conf", args: []string{"-N", "-d", "1", "-f"}, proxy: true}, func(*gateway) {}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g := tt.gateway
			tt.change(&g)
			target, o := g.start(t, startMock(t, nil))
			got := run(t, target, o)
			logReasons(t, got)
			if diff := cmp.Diff(essence(want, g.pages), essence(got, g.pages)); diff != "" {
				t.Errorf("a direct run and one through the gateway differ (-direct +gateway):\n%s", diff)
			}
		})
	}
}

// throughGateways are options under which two runs send the same requests.
func throughGateways() conformance.Options {
	o := quick()
	o.Seed, o.Parallel, o.Settle = 1, 4, 500*time.Millisecond
	return o
}

type conclusion struct {
	Verdict  report.Verdict
	Outcomes map[string]string
	Observed map[string]string
}

// essence is what must not depend on the way to the target. A gateway with pages of
// its own decides what an error body looks like.
func essence(r *report.Report, pages bool) conclusion {
	c := conclusion{Verdict: r.Verdict, Outcomes: map[string]string{}, Observed: map[string]string{}}
	for _, sc := range r.Scenarios {
		c.Outcomes[sc.Name] = strings.TrimSpace(string(sc.Outcome) + " " + sc.Reason)
		for _, f := range sc.Failures {
			c.Outcomes[sc.Name] += "; " + f.Requirement + ": want " + f.Expected + ", got " + f.Got
		}
	}
	for _, o := range r.Observations {
		if (!pages || o.Freedom != "error-body") && !strings.HasPrefix(o.Freedom, "visibility") {
			c.Observed[o.Freedom+": "+o.What] = o.Value
		}
	}
	return c
}

// start runs the gateway until the test ends, and returns how to reach the mock by it.
func (g *gateway) start(t *testing.T, server *mockserver.Server) (conformance.Target, conformance.Options) {
	t.Helper()
	program := findProgram(t, g.program)
	target, o := targetOf(server), throughGateways()
	upstream, err := url.Parse(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	listen, socket := listenSocket(t)
	g.Dir, g.Upstream, g.Listen, g.FD = t.TempDir(), upstream.Host, listen, 3
	if err := os.Chmod(filepath.Dir(g.Dir), 0o755); err != nil { // squid gives up root
		t.Fatal(err)
	}
	pool := g.writeFiles(t)
	args := append(g.args, filepath.Join(g.Dir, g.config))
	if g.proxy { // squid names its shared memory after the service
		args = append(args, "-n", "assay"+listen[strings.LastIndex(listen, ":")+1:])
	}
	g.run(t, exec.Command(program, args...), socket)
	if g.proxy {
		o.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: g.Listen})
		return target, o
	}
	scheme := "http"
	if g.TLS {
		scheme, o.TLS = "https", &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	target.BaseURL = through(t, target.BaseURL, scheme, g.Listen)
	target.OtherRegionURL = through(t, target.OtherRegionURL, scheme, g.Listen)
	return target, o
}

// through replaces the scheme and the port.
func through(t *testing.T, text, scheme, listen string) string {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(listen)
	if err != nil {
		t.Fatal(err)
	}
	u.Scheme, u.Host = scheme, net.JoinHostPort(u.Hostname(), port)
	return u.String()
}

func findProgram(t *testing.T, name string) string {
	t.Helper()
	for _, candidate := range []string{name, "/usr/sbin/" + name} {
		if path, err := exec.LookPath(candidate); err == nil {
			return path
		}
	}
	if os.Getenv("CI") != "" { //nolint:forbidigo // how it differs from a developer's machine
		t.Fatalf("%s not found; .ci/run installs it", name)
	}
	t.Skipf("%s not found; install it to run this test", name)
	return ""
}

// listenSocket opens a port that a gateway inherits, so that no request comes too early.
func listenSocket(t *testing.T) (string, *os.File) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	socket, err := listener.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	return listener.Addr().String(), socket
}

func (g *gateway) writeFiles(t *testing.T) *x509.CertPool {
	t.Helper()
	pool, certificate := selfSigned(t)
	config, err := template.ParseFiles(filepath.Join("testdata", "gateways", g.config))
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := config.Execute(&text, g); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{g.config: text.Bytes(), "gateway.pem": certificate, "hosts": []byte("127.0.0.1 api.us.localhost\n")}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(g.Dir, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return pool
}

// run starts the process, and ends it with the test.
func (g *gateway) run(t *testing.T, cmd *exec.Cmd, socket *os.File) {
	t.Helper()
	log := &gatewayLog{ready: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = log, log
	if !g.proxy { // nginx and haproxy inherit the socket
		cmd.ExtraFiles, cmd.Env = []*os.File{socket}, append(os.Environ(), "NGINX=3;") //nolint:forbidigo // what the test has, and nginx' socket
	}
	if g.proxy {
		socket.Close()
	}
	err := cmd.Start()
	socket.Close()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("%s: %s", g.program, log.text.Bytes())
		}
	})
	if g.proxy {
		select {
		case <-log.ready:
		case <-time.After(20 * time.Second):
			t.Fatal("squid accepts no connections after 20 s")
		}
	}
}

// gatewayLog keeps what a gateway writes, and tells when squid accepts connections.
type gatewayLog struct {
	text  bytes.Buffer
	ready chan struct{}
	once  sync.Once
}

func (l *gatewayLog) Write(p []byte) (int, error) {
	l.text.Write(p)
	if bytes.Contains(l.text.Bytes(), []byte("Accepting HTTP Socket connections")) {
		l.once.Do(func() { close(l.ready) })
	}
	return len(p), nil
}

// selfSigned returns a certificate for the names of this machine, with its key.
func selfSigned(t *testing.T) (*x509.CertPool, []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	info := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "gateway"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"localhost", "api.us.localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, info, info, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(certificate)
	return pool, append(certificate, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})...)
}
