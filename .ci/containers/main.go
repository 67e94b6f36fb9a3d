// Command containers does what can be done without a container engine with the
// files that need one: the Dockerfiles, the compose file, the workflows of GitHub
// and the jobs of GitLab.
//
//	containers lint SCHEMA  hold them against the linters and loaders of those who read them, and GitLab's SCHEMA
//	containers run ASSAY    run their services as processes of this command, and their steps against these
//
// What it cannot show is that an image is built and started. It is run in the root
// of the repository.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"time"
)

// patience is how long everything may take.
const patience = 10 * time.Minute

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := command(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "containers:", err)
		os.Exit(1)
	}
}

func command(ctx context.Context, args []string) error {
	switch {
	case len(args) == 2 && args[0] == "lint":
		return lint(ctx, args[1])
	case len(args) == 2 && args[0] == "run":
		return run(ctx, args[1])
	}
	return errors.New("usage: containers lint SCHEMA | containers run ASSAY")
}

// run does every job, and tells of all that fail.
func run(ctx context.Context, assay string) error {
	e, err := newEngine(assay)
	if err != nil {
		return err
	}
	defer e.remove()
	var failed []error
	for _, one := range []struct {
		name string
		do   func(context.Context, *engine) error
	}{
		{"docs/examples/docker-compose", compose},
		{"docs/examples/github-actions", workflowWithService},
		{"docs/examples/gitlab", gitlabWithService},
		{"action.yml, as docs/ci/github.yml uses it", action},
		{"docs/ci/gitlab.yml", gitlabTemplate},
	} {
		fmt.Println("==", one.name)
		if err := one.do(ctx, e); err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", one.name, err))
		}
	}
	return errors.Join(failed...)
}
