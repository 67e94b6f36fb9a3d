package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// engine stands in for a container engine: a service is a process, its ports are
// other ones, and its name is made known to curl and Node.js alone.
type engine struct {
	assay string // the command
	root  string // of the repository
	temp  string
	made  int // folders
}

func newEngine(assay string) (*engine, error) {
	path, err := filepath.Abs(assay)
	if err != nil {
		return nil, err
	}
	root, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	temp, err := os.MkdirTemp("", "containers")
	return &engine{assay: path, root: root, temp: temp}, err
}

func (e *engine) remove() { _ = os.RemoveAll(e.temp) }

// plainMock starts a mock without a control plane, for a job that checks it, and
// waits until it is ready.
func (e *engine) plainMock(ctx context.Context) (*running, error) {
	s, err := e.start(service{args: []string{"mock", "--listen=127.0.0.1:8080", "--control=off"}})
	if err != nil {
		return nil, err
	}
	if err := s.healthy(ctx, []string{"CMD", "/assay", "wait", "http://127.0.0.1:8080"}); err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

func (e *engine) folder() (string, error) {
	e.made++
	folder := filepath.Join(e.temp, strconv.Itoa(e.made))
	return folder, os.Mkdir(folder, 0o755)
}

// application returns a copy of docs/examples/vitest, as an application that uses
// the mock.
func (e *engine) application() (string, error) {
	folder, err := e.folder()
	if err != nil {
		return "", err
	}
	source := filepath.Join(e.root, "docs/examples/vitest")
	return folder, filepath.WalkDir(source, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if path != source {
				return fs.SkipDir // node_modules; the example has no folders of its own
			}
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(folder, entry.Name()), content, 0o644)
	})
}

// service is a container with the mock in it.
type service struct {
	args  []string
	env   map[string]string
	alias string // the name by which others reach it; "" for none
}

// running is a service that runs.
type running struct {
	*engine
	service
	ports   *strings.Replacer // those of the container to those of the process
	port    string            // of the API
	cmd     *exec.Cmd
	printed bytes.Buffer
}

// start runs the mock with the arguments and the variables of a service, and
// nothing else; only its ports differ.
func (e *engine) start(s service) (*running, error) {
	api, control, err := freePorts()
	if err != nil {
		return nil, err
	}
	r := &running{engine: e, service: s, port: api, ports: strings.NewReplacer(":8080", ":"+api, ":8081", ":"+control)}
	args := make([]string, len(s.args))
	for i, arg := range s.args {
		args[i] = r.ports.Replace(arg)
	}
	r.cmd = exec.Command(e.assay, args...)
	r.cmd.Env = r.environment(s.env)
	r.cmd.Stdout, r.cmd.Stderr = &r.printed, &r.printed
	return r, r.cmd.Start()
}

func freePorts() (api, control string, err error) {
	var ports []string
	for range 2 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return "", "", err
		}
		defer l.Close() // both at once, so that they differ
		ports = append(ports, strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
	}
	return ports[0], ports[1], nil
}

func (r *running) environment(env map[string]string) []string {
	all := []string{}
	for name, value := range env {
		all = append(all, name+"="+r.ports.Replace(value))
	}
	return all
}

func (r *running) stop() {
	_ = r.cmd.Process.Signal(syscall.SIGTERM)
	_ = r.cmd.Wait()
}

// healthy runs the health check of a container until it succeeds.
func (r *running) healthy(ctx context.Context, check []string) error {
	if len(check) < 2 || check[0] != "CMD" || check[1] != "/assay" {
		return fmt.Errorf("health check: expected CMD /assay …, got %q", check)
	}
	args := make([]string, len(check)-2)
	for i, arg := range check[2:] {
		args[i] = r.ports.Replace(arg)
	}
	var output []byte
	var err error
	for range 10 {
		if output, err = exec.CommandContext(ctx, r.assay, args...).CombinedOutput(); err == nil {
			return nil
		}
	}
	return fmt.Errorf("expected the mock to become healthy, got: %w\n%s\nthe mock printed\n%s", err, output, r.printed.String())
}

// script is what a shell is given.
type script struct {
	shell []string
	text  string
}

// steps runs scripts, one after the other, until one fails.
func (r *running) steps(ctx context.Context, folder string, env map[string]string, scripts ...script) error {
	names, err := r.names()
	if err != nil {
		return err
	}
	for _, s := range scripts {
		began := time.Now()
		cmd := exec.CommandContext(ctx, s.shell[0], append(s.shell[1:], "-c", r.ports.Replace(s.text))...)
		cmd.Dir, cmd.Env = folder, append(append(os.Environ(), names...), r.environment(env)...)
		output, err := cmd.CombinedOutput()
		first, _, more := strings.Cut(strings.TrimSpace(s.text), "\n")
		if more {
			first += " …"
		}
		fmt.Printf("$ %s (%s)\n", first, time.Since(began).Round(time.Millisecond))
		if err != nil {
			return &failure{script: s.text, output: output, cause: err}
		}
	}
	return nil
}

// failure is a script that ended with something else than 0.
type failure struct {
	script string
	output []byte
	cause  error
}

func (f *failure) Error() string { return fmt.Sprintf("%s\n%s\n%v", f.script, f.output, f.cause) }
func (f *failure) Unwrap() error { return f.cause }

// code returns the exit code that an error of steps stands for.
func code(err error) int {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	return -1
}

// names returns the variables that make curl and Node.js find the service by its
// alias, and npm use what it has.
func (r *running) names() ([]string, error) {
	env := []string{"npm_config_prefer_offline=true", "npm_config_ignore_scripts=true"}
	if r.alias == "" {
		return env, nil
	}
	folder, err := r.folder()
	if err != nil {
		return nil, err
	}
	curl := fmt.Sprintf("connect-to = \"%s::127.0.0.1:\"\n", r.alias)
	hook := fmt.Sprintf(`import dns from 'node:dns';
const { lookup } = dns;
dns.lookup = (name, ...rest) => lookup(name === '%s' ? '127.0.0.1' : name, ...rest);
`, r.alias)
	return append(env, "CURL_HOME="+folder, "NODE_OPTIONS=--import="+filepath.Join(folder, "names.mjs")), errors.Join(
		os.WriteFile(filepath.Join(folder, ".curlrc"), []byte(curl), 0o644),
		os.WriteFile(filepath.Join(folder, "names.mjs"), []byte(hook), 0o644),
	)
}
