package main

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"syscall"
)

// output is standard output. It remembers that something could not be written, so that
// no command succeeds whose results are lost.
type output struct {
	io.Writer

	mu  sync.Mutex
	err error
}

// Write implements io.Writer.
func (o *output) Write(b []byte) (int, error) {
	n, err := o.Writer.Write(b)
	if err != nil && !errors.Is(err, syscall.EPIPE) { // a reader that has enough is no error
		o.mu.Lock()
		defer o.mu.Unlock()
		o.err = err
	}
	return n, err
}

// check returns the error of a command, or else that of its output.
func (o *output) check(err error) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err == nil && o.err != nil {
		return fmt.Errorf("standard output is incomplete: %w", o.err)
	}
	return err
}
