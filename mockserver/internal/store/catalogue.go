package store

import (
	"fmt"

	"example.com/assay/mockserver/internal/contract"
)

// Catalogue is an ordered list that clients only read, with certified bytes. It
// does not change once it is filled.
type Catalogue[T any] struct {
	byID   map[string]listed[T]
	ids    []string
	values []*T
	items  []contract.Item
}

type listed[T any] struct {
	value *T
	item  contract.Item
	index int
}

// NewCatalogue returns an empty catalogue.
func NewCatalogue[T any]() *Catalogue[T] { return &Catalogue[T]{byID: map[string]listed[T]{}} }

// Add appends a value with its bytes, or returns an error for a duplicate ID.
func (c *Catalogue[T]) Add(id string, value *T, item contract.Item) error {
	if _, taken := c.byID[id]; taken {
		return fmt.Errorf("duplicate ID %s", id)
	}
	c.byID[id] = listed[T]{value, item, len(c.items)}
	c.ids = append(c.ids, id)
	c.values = append(c.values, value)
	c.items = append(c.items, item)
	return nil
}

// Values returns all values in their order. They must not be changed.
func (c *Catalogue[T]) Values() []*T { return c.values }

// Get returns the value with the ID and its bytes, and whether it exists.
func (c *Catalogue[T]) Get(id string) (*T, contract.Item, bool) {
	l, ok := c.byID[id]
	return l.value, l.item, ok
}

// List returns the range of the list. Its order is that of the catalogue.
func (c *Catalogue[T]) List(r Range) (Part, error) {
	if r.After != "" {
		l, known := c.byID[r.After]
		if !known {
			return Part{}, ErrNoPlace
		}
		r.Offset = l.index + 1
	}
	from, to := bounds(r.Offset, r.Limit, len(c.items))
	p := Part{Items: c.items[from:to], Count: len(c.items), More: to < len(c.items)}
	if to > from {
		p.Last = c.ids[to-1]
	}
	return p, nil
}

// bounds returns the indexes of a part of a list with count elements.
func bounds(offset, limit, count int) (from, to int) {
	from, to = min(offset, count), count
	if limit > 0 {
		to = min(from+limit, count)
	}
	return from, to
}
