package redact

import (
	"sync"
	"sync/atomic"
)

// maxKnown is the number of keys whose redactors are remembered.
const maxKnown = 4096

// Known remembers the redactors of valid keys, so that a server makes them once and
// not for each request. It is safe for concurrent use.
type Known struct {
	byKey sync.Map // of *Redactor
	count atomic.Int64
}

// Of returns the redactor of a key, nil if it is not known.
func (k *Known) Of(key string) *Redactor {
	known, ok := k.byKey.Load(key)
	if !ok {
		return nil
	}
	return known.(*Redactor) //nolint:forcetypeassert // Remember stores nothing else
}

// Remember keeps the redactor of a key.
func (k *Known) Remember(key string, r *Redactor) {
	if k.count.Add(1) > maxKnown {
		k.byKey.Clear()
		k.count.Store(1)
	}
	k.byKey.Store(key, r)
}
