package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
)

// step is a step of a workflow or of an action.
type step struct {
	Name  string            `yaml:"name"`
	Uses  string            `yaml:"uses"`
	With  map[string]string `yaml:"with"`
	Run   string            `yaml:"run"`
	Shell string            `yaml:"shell"`
	Env   map[string]string `yaml:"env"`
	Dir   string            `yaml:"working-directory"`
}

type workflow struct {
	Jobs map[string]struct {
		Services map[string]struct {
			Env map[string]string `yaml:"env"`
		} `yaml:"services"`
		Env   map[string]string `yaml:"env"`
		Steps []step            `yaml:"steps"`
	} `yaml:"jobs"`
}

func read(path string, into any) error {
	content, err := os.ReadFile(path)
	if err == nil {
		err = yaml.Unmarshal(content, into)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// others are the actions that need GitHub. Here they have nothing to do: the files
// and the programs are there.
var others = []string{"actions/checkout@v6", "actions/setup-node@v6", "actions/setup-go@v6", "actions/upload-artifact@v7"}

// expressions are what GitHub puts in the place of ${{ … }}.
type expressions map[string]string

var expression = regexp.MustCompile(`\$\{\{ ([^}]+) \}\}`)

// fill puts values in the place of expressions. One that is not known is an error.
func (e expressions) fill(env map[string]string) (map[string]string, error) {
	filled := map[string]string{}
	var unknown []error
	for name, text := range env {
		filled[name] = expression.ReplaceAllStringFunc(text, func(found string) string {
			value, known := e[expression.FindStringSubmatch(found)[1]]
			if !known {
				unknown = append(unknown, fmt.Errorf("%s: expected an expression that has a value here, got %s", name, found))
			}
			return value
		})
	}
	return filled, errors.Join(unknown...)
}

// scripts returns what the steps run, and refuses an unknown step.
func scripts(steps []step) ([]script, error) {
	var all []script
	for _, s := range steps {
		switch {
		case s.Run != "" && s.Shell == "bash":
			all = append(all, script{shell: []string{"bash", "--noprofile", "--norc", "-eo", "pipefail"}, text: s.Run})
		case s.Run != "":
			all = append(all, script{shell: []string{"bash", "-e"}, text: s.Run})
		case !slices.Contains(others, s.Uses):
			return nil, fmt.Errorf("expected a step that runs something, or an action out of %q, got %q", others, s.Uses)
		}
	}
	return all, nil
}

// workflowWithService runs the example of a service container.
func workflowWithService(ctx context.Context, e *engine) error {
	var w workflow
	if err := read(serviceWorkflow, &w); err != nil {
		return err
	}
	github := expressions{"github.run_id": "17", "github.run_attempt": "1"}
	job := w.Jobs["test"]
	command, err := commandOf(serviceDockerfile)
	if err != nil {
		return err
	}
	serviceEnv, wrong := github.fill(job.Services["assay"].Env)
	env, alsoWrong := github.fill(job.Env)
	steps, unknown := scripts(job.Steps)
	folder, failed := e.application()
	if err := errors.Join(wrong, alsoWrong, unknown, failed); err != nil {
		return err
	}
	s, err := e.start(service{args: command, env: serviceEnv})
	if err != nil {
		return err
	}
	defer s.stop()
	return s.steps(ctx, folder, env, steps...)
}

// commandOf returns the arguments that an image has by itself.
func commandOf(path string) ([]string, error) {
	stages, err := readDockerfile(path)
	if err != nil {
		return nil, err
	}
	for _, c := range slices.Backward(stages[len(stages)-1].Commands) {
		if cmd, ok := c.(*instructions.CmdCommand); ok {
			return cmd.CmdLine, nil
		}
	}
	return nil, fmt.Errorf("%s: expected a CMD, got none", path)
}

// action runs the composite action with the inputs of the example of a workflow:
// against a mock, with good keys, and then with a bad one.
func action(ctx context.Context, e *engine) error {
	var a struct{ Runs struct{ Steps []step } }
	if err := read(actionFile, &a); err != nil {
		return err
	}
	s, err := e.plainMock(ctx)
	if err != nil {
		return err
	}
	defer s.stop()
	temp, err := e.folder()
	if err != nil {
		return err
	}
	if err := s.act(ctx, temp, "API_KEY", a.Runs.Steps, 0); err != nil {
		return err
	}
	verify := slices.DeleteFunc(a.Runs.Steps, func(s step) bool { return s.Name == "Build assay" }) // once is enough
	return s.act(ctx, temp, "nobody", verify, 3)
}

// act runs steps of the action with a key, and expects an exit code of them.
func (r *running) act(ctx context.Context, temp, key string, steps []step, want int) error {
	inputs, err := r.inputs(key)
	if err != nil {
		return err
	}
	outputs := filepath.Join(temp, "output-"+key)
	for _, st := range steps {
		env, wrong := inputs.fill(st.Env)
		one, unknown := scripts([]step{st})
		if err = errors.Join(wrong, unknown); err != nil {
			return err
		}
		maps.Copy(env, map[string]string{"RUNNER_TEMP": temp, "GITHUB_OUTPUT": outputs, "GITHUB_STEP_SUMMARY": filepath.Join(temp, "summary.md")})
		if err = r.steps(ctx, r.root, env, one...); err != nil {
			break
		}
	}
	output, unread := os.ReadFile(outputs)
	_, lost := os.Stat(filepath.Join(temp, "assay-reports/report.json"))
	if got := code(err); got != want || string(output) != fmt.Sprintf("exit-code=%d\n", want) || unread != nil || lost != nil {
		return fmt.Errorf("with the key %s: expected the exit code %d as an output and a report, got %d, %q: %v", key, want, got, output, errors.Join(err, unread, lost))
	}
	return nil
}

// inputs are those of the example, with the mock in the place of the deployment.
func (r *running) inputs(key string) (expressions, error) {
	var w workflow
	if err := read(verifyWorkflow, &w); err != nil {
		return nil, err
	}
	secrets := expressions{"secrets.ASSAY_APIKEY": key, "secrets.ASSAY_OTHER_APIKEY": "OTHER_API_KEY", "secrets.ASSAY_DENIED_APIKEY": "DENIED_API_KEY"}
	here := deployment(r.port)
	for _, s := range w.Jobs["staging"].Steps {
		if s.Uses != "./assay" {
			continue
		}
		with, err := secrets.fill(s.With)
		inputs := expressions{"github.action_path": r.root}
		for name, value := range with {
			inputs["inputs."+name] = here.Replace(value)
		}
		return inputs, err
	}
	return nil, fmt.Errorf("%s: expected a step that uses ./assay, got none", verifyWorkflow)
}

// deployment puts the mock in the place of the deployment that the examples name.
func deployment(port string) *strings.Replacer {
	return strings.NewReplacer(
		"https://api.eu.staging.example.com/v5", "http://127.0.0.1:"+port+"/v5",
		"https://api.us.staging.example.com/v5", "http://api.us.localhost:"+port+"/v5",
		"api.eu.staging.example.com", "127.0.0.1",
	)
}
