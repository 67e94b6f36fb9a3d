package store

import (
	"fmt"

	"example.com/assay/mockserver/internal/contract"
)

// Catalogue is an ordered list that clients only read, with certified bytes. It
// does not change once it is filled.
type Catalogue[T any] struct {
	byID   map[string]listed[T]
	values []*T
	items  []contract.Item
}

type listed[T any] struct {
	value *T
	item  contract.Item
}

// NewCatalogue returns an empty catalogue.
func NewCatalogue[T any]() *Catalogue[T] { return &Catalogue[T]{byID: map[string]listed[T]{}} }

// Add appends a value with its bytes, or returns an error for a duplicate ID.
func (c *Catalogue[T]) Add(id string, value *T, item contract.Item) error {
	if _, taken := c.byID[id]; taken {
		return fmt.Errorf("duplicate ID %s", id)
	}
	c.byID[id] = listed[T]{value, item}
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

// List returns at most limit items from the offset on, and the number of all items.
// The limit 0 means no limit.
func (c *Catalogue[T]) List(offset, limit int) ([]contract.Item, int) {
	from, to := bounds(offset, limit, len(c.items))
	return c.items[from:to], len(c.items)
}

// bounds returns the indexes of a part of a list with count elements.
func bounds(offset, limit, count int) (from, to int) {
	from, to = min(offset, count), count
	if limit > 0 {
		to = min(from+limit, count)
	}
	return from, to
}
