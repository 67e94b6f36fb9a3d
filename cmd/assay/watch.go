package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"example.com/assay/mockserver"
)

// watchInterval is the time between two looks at the file. Polling works where
// notices of the operating system do not: on file systems shared with virtual
// machines and containers, and when an editor replaces the file or a link to it.
const watchInterval = 200 * time.Millisecond

// watcher reloads the fixtures when their file changes.
type watcher struct {
	file   string
	served []byte // the last content that was loaded or refused
	reload func(name string, data []byte) (mockserver.Reloaded, error)
	logger *slog.Logger

	before  stamp // of the last look
	handled stamp // of the last reload
}

// stamp identifies a state of a file without its content.
type stamp struct {
	modified int64 // nanoseconds since 1970
	size     int64
	problem  string // the error of the look, usually empty
}

// watch looks at the file with every tick, until the context ends.
func (w *watcher) watch(ctx context.Context, ticks <-chan time.Time) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks:
			w.look()
		}
	}
}

// look reloads the file if it has changed, and has stopped changing since the last
// look.
func (w *watcher) look() {
	now := stampOf(w.file)
	stable := now == w.before
	w.before = now
	if !stable || now == w.handled {
		return
	}
	w.handled = now
	data, err := read(w.file, now)
	if err == nil && bytes.Equal(data, w.served) {
		return
	}
	w.served = data // nil for a missing file: its return is logged
	if err != nil {
		w.refuse(err)
		return
	}
	changes, err := w.reload(w.file, data)
	if err != nil {
		w.refuse(err)
		return
	}
	w.logger.Info("fixtures reloaded", "file", w.file, "added", changes.Added, "changed", changes.Changed, "removed", changes.Removed)
}

func (w *watcher) refuse(err error) {
	w.logger.Error("reload failed; still serving the previous fixtures", "file", w.file, "error", err)
}

func read(file string, s stamp) ([]byte, error) {
	if s.problem != "" {
		return nil, errors.New(s.problem)
	}
	return os.ReadFile(file) //nolint:gosec // the user's own file
}

func stampOf(file string) stamp {
	info, err := os.Stat(file)
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		err = path.Err
	}
	if err != nil {
		return stamp{problem: fmt.Sprintf("missing file: %v", err)}
	}
	return stamp{modified: info.ModTime().UnixNano(), size: info.Size()}
}

// watchFixtures starts a watcher if --watch is set, and returns the function that
// stops it.
func (o *mockOptions) watchFixtures(ctx context.Context, server *mockserver.Server, logger *slog.Logger) (stop func()) {
	if !o.watch {
		return func() {}
	}
	w := &watcher{file: o.cfg.FixturesName, served: o.loaded, reload: server.Reload, logger: logger}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		ticker := time.NewTicker(watchInterval)
		defer ticker.Stop()
		w.watch(ctx, ticker.C)
	}()
	return func() {
		cancel()
		<-ended
	}
}
