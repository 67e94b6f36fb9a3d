package main

import (
	"bytes"
	"io"
	"sync"
	"time"
)

const (
	maxPending   = 1 << 20                // bytes that an output holds back for its reader
	flushTimeout = 100 * time.Millisecond // for the rest of an output at the end
)

// unblockedWriter writes in the background, so that a full or closed pipe does not
// stop the server. It drops what exceeds maxPending. Write never fails.
type unblockedWriter struct {
	to     io.Writer
	report func(w io.Writer, dropped int) // writes how many writes were dropped
	wake   chan struct{}                  // holds a value while there is something to do
	ended  chan struct{}

	mu      sync.Mutex
	pending []byte
	dropped int // writes
	closed  bool
}

func newUnblockedWriter(to io.Writer, report func(w io.Writer, dropped int)) *unblockedWriter {
	w := &unblockedWriter{to: to, report: report, wake: make(chan struct{}, 1), ended: make(chan struct{})}
	go w.pump()
	return w
}

// Write implements io.Writer.
func (w *unblockedWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	if len(w.pending)+len(p) <= maxPending {
		w.pending = append(w.pending, p...)
	} else {
		w.dropped++
	}
	w.mu.Unlock()
	w.signal()
	return len(p), nil
}

func (w *unblockedWriter) signal() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

func (w *unblockedWriter) pump() {
	defer close(w.ended)
	for range w.wake {
		chunk, last := w.take()
		_, _ = w.to.Write(chunk) // fails if the reader is gone
		if last {
			return
		}
	}
}

// take returns the pending bytes, with the report of those dropped after them.
func (w *unblockedWriter) take() (chunk []byte, last bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	pending := bytes.NewBuffer(w.pending)
	if w.dropped > 0 {
		w.report(pending, w.dropped)
	}
	w.pending, w.dropped = nil, 0
	return pending.Bytes(), w.closed
}

// close waits for the last bytes, but no longer than flushTimeout.
func (w *unblockedWriter) close() {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.signal()
	select {
	case <-w.ended:
	case <-time.After(flushTimeout):
	}
}
