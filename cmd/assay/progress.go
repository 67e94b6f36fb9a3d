package main

import (
	"fmt"
	"io"
	"sync"
	"time"
)

const (
	logInterval      = 10 * time.Second // between two lines in a log
	terminalInterval = time.Second      // between two states of the line on a terminal
)

// progress shows how far a command is: on a terminal in one line that it rewrites,
// elsewhere in a line every ten seconds.
type progress struct {
	w        io.Writer
	terminal bool
	things   string // that are counted
	began    time.Time
	closed   chan struct{}
	ticks    sync.WaitGroup

	mu          sync.Mutex
	done, total int
	end         time.Time // estimate
}

// newProgress shows progress on stderr until it is closed. With quiet it shows
// nothing.
func newProgress(p *process, quiet bool, things string) *progress {
	if quiet {
		return startProgress(io.Discard, false, things)
	}
	return startProgress(p.stderr, isTerminal(p.stderr) && p.env["TERM"] != "dumb", things)
}

func startProgress(w io.Writer, terminal bool, things string) *progress {
	p := &progress{w: w, terminal: terminal, things: things, began: time.Now(), closed: make(chan struct{})}
	interval := logInterval
	if terminal {
		interval = terminalInterval
	}
	p.ticks.Go(func() {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				p.mu.Lock()
				p.show()
				p.mu.Unlock()
			case <-p.closed:
				return
			}
		}
	})
	return p
}

// set takes a new state, with an estimate of the time left.
func (p *progress) set(done, total int, left time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done, p.total, p.end = done, total, time.Now().Add(left)
	if p.terminal {
		p.show()
	}
}

// above prints something else, on a terminal above the line.
func (p *progress) above(write func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.erase()
	write()
	if p.terminal {
		p.show()
	}
}

// close removes the line from a terminal.
func (p *progress) close() {
	close(p.closed)
	p.ticks.Wait()
	p.erase()
}

func (p *progress) erase() {
	if p.terminal {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

func (p *progress) show() {
	p.erase()
	if p.total > 0 {
		fmt.Fprintf(p.w, "%d of %d %s, ", p.done, p.total, p.things)
	}
	now := time.Now()
	fmt.Fprintf(p.w, "%s elapsed", now.Sub(p.began).Round(time.Second))
	if left := p.end.Sub(now).Round(time.Second); left > 0 {
		fmt.Fprintf(p.w, ", about %s left", left)
	}
	if !p.terminal {
		fmt.Fprintln(p.w)
	}
}
