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

// watchEvery is how often the file is looked at. It is asked for its date rather
// than waited for by the notices of the operating system: those do not come
// through the file sharing of virtual machines and containers, where many a mock
// runs, and get lost when an editor replaces the file or a link to it.
const watchEvery = 200 * time.Millisecond

// watcher lets a server have the fixtures of a file again when the file changes.
type watcher struct {
	file   string
	served []byte // what was last served or refused
	reload func(name string, data []byte) (mockserver.Reloaded, error)
	logger *slog.Logger

	before stamp // of the last look
	done   stamp // of what was last dealt with
}

// stamp tells one state of a file from another, without reading it.
type stamp struct {
	modified int64 // nanoseconds since 1970
	size     int64
	problem  string // why it cannot be looked at
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

// look deals with the file if it has changed and is as it was at the last look:
// one that is being written is left alone until it rests.
func (w *watcher) look() {
	now := stampOf(w.file)
	rests := now == w.before
	w.before = now
	if !rests || now == w.done {
		return
	}
	w.done = now
	data, err := read(w.file, now)
	if err == nil && bytes.Equal(data, w.served) {
		return
	}
	w.served = data // nil for a file that was away: that it is back is worth telling
	if err != nil {
		w.refuse(err)
		return
	}
	told, err := w.reload(w.file, data)
	if err != nil {
		w.refuse(err)
		return
	}
	w.logger.Info("fixtures reloaded", "file", w.file, "added", told.Added, "changed", told.Changed, "removed", told.Removed)
}

func (w *watcher) refuse(err error) {
	w.logger.Error("fixtures not reloaded: what was served before is served on", "file", w.file, "error", err)
}

func read(file string, s stamp) ([]byte, error) {
	if s.problem != "" {
		return nil, errors.New(s.problem)
	}
	return os.ReadFile(file) //nolint:gosec // the user's own file
}

func stampOf(file string) stamp {
	info, err := os.Stat(file)
	if err != nil {
		if path, ok := errors.AsType[*fs.PathError](err); ok {
			err = path.Err
		}
		return stamp{problem: fmt.Sprintf("expected the file to be there, got: %v", err)}
	}
	return stamp{modified: info.ModTime().UnixNano(), size: info.Size()}
}

// watchFixtures starts to watch the fixtures if the options ask for that, and
// returns what stops it.
func (o *mockOptions) watchFixtures(ctx context.Context, server *mockserver.Server, logger *slog.Logger) (stop func()) {
	if !o.watch {
		return func() {}
	}
	w := &watcher{file: o.cfg.FixturesName, served: o.loaded, reload: server.Reload, logger: logger}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		ticker := time.NewTicker(watchEvery)
		defer ticker.Stop()
		w.watch(ctx, ticker.C)
	}()
	return func() {
		cancel()
		<-ended
	}
}
