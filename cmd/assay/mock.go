package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"go.opentelemetry.io/otel/trace"

	"example.com/assay/mockserver"
)

// stopWithin is how long requests in flight may take once the mock is told to
// stop. The whole stop is to take less than a second.
const stopWithin = 800 * time.Millisecond

// runMock serves the mock until the context ends.
func runMock(ctx context.Context, p *process, args []string) (int, error) {
	opts := &mockOptions{}
	if done, err := p.parse(opts.flags(), args); done || err != nil {
		return usageIf(err), err
	}
	if opts.asksForHelp() {
		return printFreedoms(p)
	}
	logger := opts.logger(p.stderr)
	traces, err := newTracing(ctx, p, logger)
	if err != nil {
		return exitUsage, err
	}
	defer traces.stop(ctx)
	server, err := newMock(opts, logger, traces.tracer())
	if err != nil {
		return exitUsage, err
	}
	addresses := addressFile(opts.addressFile)
	if err := addresses.clear(); err != nil {
		return exitUsage, err
	}
	if err := server.Start(); err != nil {
		return exitCouldNotRun, fmt.Errorf("%w; %s", err, opts.control.startHint(errors.Is(err, mockserver.ErrControl)))
	}
	writeBanner(p.stdout, server, opts)
	if err := addresses.write(listeners(server)...); err != nil {
		return exitCouldNotRun, stopMock(ctx, server, err)
	}
	defer opts.watchFixtures(ctx, server, logger)()
	<-ctx.Done()
	addresses.remove()
	if err := stopMock(ctx, server, nil); err != nil {
		return exitCouldNotRun, err
	}
	fmt.Fprintln(p.stdout, "Stopped.")
	return exitOK, nil
}

// listeners returns the lines of the address file.
func listeners(server *mockserver.Server) []string {
	lines := []string{"api " + server.URL()}
	if url := server.ControlURL(); url != "" {
		lines = append(lines, "control "+url)
	}
	return lines
}

func newMock(opts *mockOptions, logger *slog.Logger, tracer trace.TracerProvider) (*mockserver.Server, error) {
	cfg, err := opts.config(os.ReadFile)
	if err != nil {
		return nil, err
	}
	opts.loaded, cfg.Logger, cfg.TracerProvider = cfg.Fixtures, logger, tracer
	return mockserver.New(cfg)
}

// stopMock stops the server, and returns the cause for which it is stopped, if
// any, rather than an error of stopping. Requests that do not end in time are
// cut off with the process: that is no failure of the command.
func stopMock(ctx context.Context, server *mockserver.Server, cause error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	err := server.Shutdown(ctx)
	if cause != nil {
		return cause
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return err
}
