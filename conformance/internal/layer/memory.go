package layer

import (
	"maps"
	"sync"
)

// Memory is what a layer remembers by ID. It is safe for concurrent use, and its
// zero value is empty.
type Memory[T any] struct {
	mu     sync.Mutex
	values map[string]T
}

// Update changes a value, the zero value if the ID has none, and returns it.
func (m *Memory[T]) Update(id string, change func(v T, known bool) T) T {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.values == nil {
		m.values = map[string]T{}
	}
	v, known := m.values[id]
	m.values[id] = change(v, known)
	return m.values[id]
}

// Get returns the value, and whether the ID has one.
func (m *Memory[T]) Get(id string) (T, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, known := m.values[id]
	return v, known
}

// Knows reports whether the ID has a value.
func (m *Memory[T]) Knows(id string) bool {
	_, known := m.Get(id)
	return known
}

// Put stores a value.
func (m *Memory[T]) Put(id string, v T) {
	m.Update(id, func(T, bool) T { return v })
}

// Once stores the value if the ID has none, and returns the stored value.
func (m *Memory[T]) Once(id string, v T) T {
	return m.Update(id, func(was T, known bool) T {
		if known {
			return was
		}
		return v
	})
}

// All returns a copy.
func (m *Memory[T]) All() map[string]T {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.values)
}

// Tally counts by ID.
type Tally struct{ Memory[int] }

// Add counts one more, and returns the new count.
func (t *Tally) Add(id string) int {
	return t.Update(id, func(n int, _ bool) int { return n + 1 })
}
