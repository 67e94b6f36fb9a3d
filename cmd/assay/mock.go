package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"go.opentelemetry.io/otel/trace"

	"example.com/assay/mockserver"
)

// shutdownTimeout limits requests in flight once the mock stops, so that stopping
// takes less than a second.
const shutdownTimeout = 800 * time.Millisecond

func newMock(p *process) *cobra.Command {
	o := newMockOptions()
	cmd := newCommand(p, "mock", "Run the mock server", func(ctx context.Context, _ []string) error {
		if slices.Contains(o.set, "help") {
			return listFreedoms(p.stdout)
		}
		return runMock(ctx, p, o)
	})
	o.register(cmd.Flags())
	completeFlag(cmd, "set", freedomValues)
	return cmd
}

// runMock serves the mock until the context ends.
func runMock(ctx context.Context, p *process, o *mockOptions) error {
	signal.Ignore(syscall.SIGPIPE) // a closed stdout or stderr
	stdout, stderr := newUnblockedWriter(p.stdout, o.reportDropped), newUnblockedWriter(p.stderr, o.reportDropped)
	defer stdout.close()
	defer stderr.close()
	logger := o.logger(stderr)
	traces, err := newTracing(ctx, p, logger)
	if err != nil {
		return usageError(err)
	}
	defer traces.stop(ctx)
	server, err := o.server(logger, traces.tracer())
	if err != nil {
		return usageError(err)
	}
	addresses := addressFile(o.addressFile)
	if err := addresses.clear(); err != nil {
		return usageError(err)
	}
	if err := server.Start(); err != nil {
		return fmt.Errorf("%w; %s", err, o.startHint(err))
	}
	writeBanner(stdout, server, o)
	if err := addresses.write(server); err != nil {
		return errors.Join(err, stopMock(ctx, server))
	}
	defer o.watchFixtures(ctx, server, logger)()
	<-ctx.Done()
	addresses.remove()
	if err := stopMock(ctx, server); err != nil {
		return err
	}
	fmt.Fprintln(stdout, "Stopped.")
	return nil
}

func (o *mockOptions) server(logger *slog.Logger, tracer trace.TracerProvider) (*mockserver.Server, error) {
	cfg, err := o.config(os.ReadFile)
	if err != nil {
		return nil, err
	}
	o.loaded, cfg.Logger, cfg.TracerProvider = cfg.Fixtures, logger, tracer
	return mockserver.New(cfg)
}

// stopMock stops the server. Requests that do not end in time end with the process,
// which is no failure.
func stopMock(ctx context.Context, server *mockserver.Server) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	if err := server.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}
