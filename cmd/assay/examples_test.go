package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"example.com/assay/mockserver"
)

const examples = "../../docs/examples/"

// service is what the files of Docker Compose, GitHub and GitLab have in common:
// a container with the mock in it.
type service struct {
	Command   []string          `yaml:"command"`
	Env       map[string]string `yaml:"env"`
	Variables map[string]string `yaml:"variables"`
	Compose   map[string]string `yaml:"environment"`
	Health    struct {
		Test []string `yaml:"test"`
	} `yaml:"healthcheck"`
}

func readYAML(t *testing.T, path string, into any) {
	t.Helper()
	data, err := os.ReadFile(examples + path)
	if err == nil {
		err = yaml.Unmarshal(data, into)
	}
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

func composeService(t *testing.T) service {
	t.Helper()
	var file struct{ Services map[string]service }
	readYAML(t, "docker-compose/compose.yaml", &file)
	return file.Services["assay"]
}

// TestContainersOfExamples starts no container. It has the options of each read
// by the mock itself, as the container would be given them.
func TestContainersOfExamples(t *testing.T) {
	t.Parallel()
	var github struct {
		Jobs map[string]struct{ Services map[string]service }
	}
	readYAML(t, "github-actions/tests.yml", &github)
	onGitHub := github.Jobs["test"].Services["assay"]
	onGitHub.Command = commandOf(t, "github-actions/Dockerfile")
	var gitlab struct {
		Test struct{ Services []service }
	}
	readYAML(t, "gitlab/gitlab-ci.yml", &gitlab)
	if len(gitlab.Test.Services) != 1 {
		t.Fatalf("gitlab: got %d services, expected 1", len(gitlab.Test.Services))
	}
	for name, s := range map[string]service{"compose": composeService(t), "github": onGitHub, "gitlab": gitlab.Test.Services[0]} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := s.config(t)
			if cfg.Addr != "0.0.0.0:8080" || cfg.ControlAddr != "0.0.0.0:8081" || cfg.ControlToken == "" {
				t.Errorf("got the API at %s, the control plane at %s and the token %q, expected all of them", cfg.Addr, cfg.ControlAddr, cfg.ControlToken)
			}
		})
	}
}

// config reads the options of the container.
func (s service) config(t *testing.T) mockserver.Config {
	t.Helper()
	if len(s.Command) == 0 || s.Command[0] != "mock" {
		t.Fatalf("command: got %q, expected mock first", s.Command)
	}
	opts := newMockOptions()
	env := map[string]string{}
	for _, variables := range []map[string]string{s.Compose, s.Variables, s.Env} {
		maps.Copy(env, variables)
	}
	if err := parseFlags(opts.register, s.Command[1:], env); err != nil {
		t.Fatal(err)
	}
	cfg, err := opts.config(func(name string) ([]byte, error) {
		return os.ReadFile(filepath.Join(examples, "docker-compose", name))
	})
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// commandOf returns the arguments that an image has by itself.
func commandOf(t *testing.T, path string) []string {
	t.Helper()
	data, err := os.ReadFile(examples + path)
	if err != nil {
		t.Fatal(err)
	}
	var command []string
	for line := range strings.Lines(string(data)) {
		if list, found := strings.CutPrefix(line, "CMD "); found {
			if err := yaml.Unmarshal([]byte(list), &command); err != nil {
				t.Fatal(err)
			}
		}
	}
	return command
}

func TestHealthCheckOfCompose(t *testing.T) {
	t.Parallel()
	check := composeService(t).Health.Test
	if len(check) < 3 || !slices.Equal(check[:3], []string{"CMD", "/assay", "wait"}) {
		t.Fatalf("got %q, expected the binary itself: the image has no shell", check)
	}
	cmd := newWait(&process{})
	if err := cmd.ParseFlags(check[3:]); err != nil {
		t.Fatal(err)
	}
	if err := cmd.ValidateArgs(cmd.Flags().Args()); err != nil {
		t.Fatal(err)
	}
	if _, err := probes(cmd.Flags().Arg(0)); err != nil {
		t.Error(err)
	}
}

func TestFixturesOfCompose(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(examples + "docker-compose/fixtures/fixtures.yaml")
	if err != nil {
		t.Fatal(err)
	}
	server, err := mockserver.New(mockserver.Config{Fixtures: data, FixturesName: "fixtures.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	if got := server.Credentials().Key; got != "example-key" {
		t.Errorf("key: got %q, expected example-key", got)
	}
}

// TestLockFilesNameNoRegistry keeps the address of one machine's registry out of
// everybody's.
func TestLockFilesNameNoRegistry(t *testing.T) {
	t.Parallel()
	locks, err := filepath.Glob(examples + "*/package-lock.json")
	manifests, _ := filepath.Glob(examples + "*/package.json")
	if err != nil || len(locks) == 0 || len(locks) != len(manifests) {
		t.Fatalf("got %d lock files for %d examples and the error %v, expected one each", len(locks), len(manifests), err)
	}
	for _, lock := range locks {
		data, err := os.ReadFile(lock)
		if err != nil || strings.Contains(string(data), `"resolved"`) || !strings.Contains(string(data), `"integrity"`) {
			t.Errorf("%s: got the error %v, expected checksums, and no address where packages come from", lock, err)
		}
	}
}
