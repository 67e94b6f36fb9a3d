package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

// token is what the user of the compose file has to choose.
const token = "a-token-of-our-choice"

// loadCompose has the loader of Docker Compose read the file, variables and
// defaults included.
func loadCompose(ctx context.Context) (*types.Project, error) {
	options, err := cli.NewProjectOptions([]string{composeFile}, cli.WithEnv([]string{"ASSAY_CONTROL_TOKEN=" + token}))
	if err != nil {
		return nil, err
	}
	project, err := options.LoadProject(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", composeFile, err)
	}
	return project, nil
}

// compose runs the services of the compose file: the mock, until it is healthy,
// and then the application.
func compose(ctx context.Context, e *engine) error {
	project, err := loadCompose(ctx)
	if err != nil {
		return err
	}
	mock, app := project.Services["assay"], project.Services["app"]
	if app.DependsOn["assay"].Condition != types.ServiceConditionHealthy {
		return errors.New("expected the application to wait until the mock is healthy")
	}
	s, err := e.start(service{args: mounted(mock), env: values(mock.Environment), alias: mock.Name})
	if err != nil {
		return err
	}
	defer s.stop()
	if err := s.healthy(ctx, mock.HealthCheck.Test); err != nil {
		return err
	}
	folder, err := e.application()
	if err != nil {
		return err
	}
	if len(app.Command) != 3 || app.Command[0] != "sh" || app.Command[1] != "-c" {
		return fmt.Errorf("application: expected a command sh -c …, got %q", app.Command)
	}
	return s.steps(ctx, folder, values(app.Environment), script{shell: []string{"sh", "-e"}, text: app.Command[2]})
}

// mounted returns the arguments of a service with the paths of this machine for
// those that are mounted.
func mounted(s types.ServiceConfig) []string {
	args := append([]string{}, s.Command...)
	for i := range args {
		for _, v := range s.Volumes {
			args[i] = strings.ReplaceAll(args[i], "="+v.Target+"/", "="+v.Source+"/")
		}
	}
	return args
}

func values(m types.MappingWithEquals) map[string]string {
	all := map[string]string{}
	for name, value := range m {
		if value != nil {
			all[name] = *value
		}
	}
	return all
}
