package target

import (
	"slices"
	"strings"
	"sync"

	"example.com/assay/conformance/internal/client"
)

// Write is a request to change the target.
type Write struct {
	Kind         string // create, cancel, or the method of a broken request
	AssessmentID string // empty for a create
	Body         string // of a create, its first 1 KiB
	Scenario     string
}

// Written is the result of a Write, as far as the response shows it.
type Written struct {
	OK      bool   // the status is a 2xx
	Created string // ID of the new assessment; empty if the response shows none
}

// ledger is the assessments of the run, and those it may cancel.
type ledger struct {
	mu         sync.Mutex
	cancelable map[string]bool
	created    []Created
	cancelled  map[string]bool // a cancel succeeded
}

// Created is a new assessment of this run.
type Created struct {
	ID       string
	Key      client.Key
	Exchange *client.Exchange
}

func newLedger() ledger { return ledger{cancelable: map[string]bool{}, cancelled: map[string]bool{}} }

func (l *ledger) allow(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cancelable[strings.ToLower(id)] = true
}

func (l *ledger) allows(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cancelable[strings.ToLower(id)]
}

// add records a new assessment, and allows its cancel.
func (l *ledger) add(c Created) {
	l.allow(c.ID)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.created = append(l.created, c)
}

func (l *ledger) end(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cancelled[strings.ToLower(id)] = true
}

// open returns the new assessments without a successful cancel.
func (l *ledger) open() []Created {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(l.created), func(c Created) bool { return l.cancelled[strings.ToLower(c.ID)] })
}

func (l *ledger) with(key client.Key) []Created {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []Created
	for _, c := range l.created {
		if c.Key.Name() == key.Name() {
			all = append(all, c)
		}
	}
	return all
}
