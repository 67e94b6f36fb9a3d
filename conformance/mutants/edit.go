package mutants

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"
)

// record is a JSON object in an answer.
type record = map[string]any

func text(r record, name string) string {
	s, _ := r[name].(string)
	return s
}

func idOf(r record) string { return strings.ToLower(text(r, "id")) }

func isCancelled(r record) bool { return text(r, "workflow_state") == "Cancelled" }

// value decodes the body, numbers untouched; nil if it is not JSON.
func (a *answer) value() any {
	decoder := json.NewDecoder(bytes.NewReader(a.body))
	decoder.UseNumber()
	var v any
	if decoder.Decode(&v) != nil {
		return nil
	}
	return v
}

// object returns the body, if it is an object with an ID, or nil.
func (a *answer) object() record {
	r, _ := a.value().(record)
	if r["id"] == nil {
		return nil
	}
	return r
}

// set replaces the body.
func (a *answer) set(v any) {
	body, err := json.Marshal(v)
	if err != nil {
		return // what was decoded can be encoded
	}
	a.body = body
	a.header.Del("Content-Length")
}

// records are the object that the body is, or the items of the list that it is.
func records(v any) []record {
	if r, ok := v.(record); ok && r["id"] != nil {
		return []record{r}
	}
	var found []record
	for _, item := range *itemsOf(&v) {
		if r, ok := item.(record); ok {
			found = append(found, r)
		}
	}
	return found
}

// itemsOf returns where the items of a list are: in an array, or in the array
// that an envelope holds.
func itemsOf(v *any) *[]any {
	switch list := (*v).(type) {
	case []any:
		return &list
	case record:
		for _, name := range slices.Sorted(maps.Keys(list)) {
			if items, ok := list[name].([]any); ok {
				return &items
			}
		}
	}
	return &[]any{}
}

// change has every object in a successful answer changed.
func (a *answer) change(f func(r record)) *answer {
	v := a.value()
	if !a.ok() || v == nil {
		return a
	}
	for _, r := range records(v) {
		f(r)
	}
	a.set(v)
	return a
}

// changeItems replaces the items of a list. What the envelope counts stays: it is
// the items that are wrong.
func (a *answer) changeItems(f func(items []record) []record) *answer {
	v := a.value()
	if !a.ok() || v == nil {
		return a
	}
	changed := f(records(v))
	items := make([]any, len(changed))
	for i, r := range changed {
		items[i] = r
	}
	envelope, enveloped := v.(record)
	if !enveloped {
		a.set(items)
		return a
	}
	for _, name := range slices.Sorted(maps.Keys(envelope)) {
		if _, ok := envelope[name].([]any); ok {
			envelope[name] = items
			break
		}
	}
	a.set(envelope)
	return a
}

// without drops the items that are to be left out.
func without(drop func(r record) bool) func([]record) []record {
	return func(items []record) []record { return slices.DeleteFunc(items, drop) }
}

// memory is what a mutant remembers of each assessment. It is safe for concurrent
// use.
type memory[T any] struct {
	mu     sync.Mutex
	values map[string]T
}

func newMemory[T any]() *memory[T] { return &memory[T]{values: map[string]T{}} }

func (m *memory[T]) get(id string) (T, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, known := m.values[id]
	return v, known
}

func (m *memory[T]) knows(id string) bool {
	_, known := m.get(id)
	return known
}

func (m *memory[T]) put(id string, v T) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.values[id] = v
}

// once puts the value if there is none, and returns the one that is there then.
func (m *memory[T]) once(id string, v T) T {
	m.mu.Lock()
	defer m.mu.Unlock()
	if was, known := m.values[id]; known {
		return was
	}
	m.values[id] = v
	return v
}

// all returns a copy of everything.
func (m *memory[T]) all() map[string]T {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.values)
}

// tally counts, by assessment.
type tally struct{ memory[int] }

func newTally() *tally { return &tally{memory[int]{values: map[string]int{}}} }

// add counts one more and returns how many that makes.
func (t *tally) add(id string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.values[id]++
	return t.values[id]
}

// lastDigitOff returns an ID that differs in its last digit.
func lastDigitOff(id string) string {
	if id == "" {
		return id
	}
	last := "0"
	if strings.HasSuffix(id, "0") {
		last = "1"
	}
	return id[:len(id)-1] + last
}
