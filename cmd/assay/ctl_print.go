package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode"
)

// ctlResponse is a response of a control plane.
type ctlResponse struct {
	media   string
	content []byte
}

// value returns the JSON of the response, nil if it has none.
func (r *ctlResponse) value() any {
	decoder := json.NewDecoder(bytes.NewReader(r.content))
	decoder.UseNumber()
	var v any
	if decoder.Decode(&v) != nil {
		return nil
	}
	return v
}

// show prints a response, as columns or as it came, and returns the exit code of a
// response that means failure. A fixture file is always printed as it came.
func (c *ctlCall) show(w io.Writer, r *ctlResponse, asJSON bool) error {
	value, columns := r.value(), parseColumns(c.Columns)
	if c.Absent != "" && !slices.ContainsFunc(columns, func(c column) bool { return !isEmpty(c.of(value)) }) {
		return usageError(errors.New(c.Absent))
	}
	var err error
	switch {
	case len(r.content) == 0:
		_, err = fmt.Fprintln(w, "Done.")
	case r.media != "application/json", asJSON:
		_, err = fmt.Fprintf(w, "%s\n", bytes.TrimRight(r.content, "\n"))
	default:
		err = showValue(w, value, columns)
	}
	for field, failure := range c.Fails {
		if at(value, field) == failure {
			return errors.Join(err, exitError(exitNonconforms))
		}
	}
	return err
}

// showValue prints a list as a table, and anything else line by line.
func showValue(w io.Writer, value any, columns []column) error {
	if list, ok := listIn(value); ok {
		return showTable(w, "", list, columns)
	}
	width := 16
	for _, c := range columns {
		width = max(width, len(c.title))
	}
	empty := true
	for _, c := range columns {
		if field := c.of(value); !isEmpty(field) {
			empty = false
			if err := c.show(w, field, width, len(columns) > 1); err != nil {
				return err
			}
		}
	}
	if empty {
		fmt.Fprintln(w, "Nothing.")
	}
	return nil
}

// listIn finds the list that a response consists of.
func listIn(value any) ([]any, bool) {
	if list, ok := value.([]any); ok {
		return list, true
	}
	for _, name := range []string{"entries", "results"} {
		if list, ok := at(value, name).([]any); ok && (name == "entries" || at(value, "count") != nil) {
			return list, true
		}
	}
	return nil, false
}

// show prints a field of a response after its title, or below it if it is long. The
// only field needs no title.
func (c column) show(w io.Writer, value any, width int, titled bool) error {
	const indent = "  "
	list, isList := value.([]any)
	object, isObject := value.(map[string]any)
	if c.inner != nil || isObject || isList && titled && len(list) > 1 {
		fmt.Fprintf(w, "%s:\n", c.title)
	}
	switch {
	case c.inner != nil:
		return showTable(w, indent, list, c.inner)
	case isObject:
		return showObject(w, indent, object)
	case isList && !titled:
		return showItems(w, "", list)
	case isList && len(list) > 1:
		return showItems(w, indent, list)
	case !titled:
		fmt.Fprintln(w, textOf(value))
	default:
		fmt.Fprintf(w, "%-*s %s\n", width, c.title, textOf(value))
	}
	return nil
}

func showItems(w io.Writer, indent string, list []any) error {
	for _, item := range list {
		fmt.Fprintln(w, indent+textOf(item))
	}
	return nil
}

func showTable(w io.Writer, indent string, list []any, columns []column) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	heads := make([]string, len(columns))
	for i, c := range columns {
		heads[i] = strings.ToUpper(c.title)
	}
	fmt.Fprintln(table, indent+strings.Join(heads, "\t"))
	for _, item := range list {
		fmt.Fprintln(table, indent+row(item, columns))
	}
	return table.Flush()
}

func row(item any, columns []column) string {
	cells := make([]string, len(columns))
	for i, c := range columns {
		cells[i] = textOf(c.of(item))
	}
	return strings.Join(cells, "\t")
}

func showObject(w io.Writer, indent string, object map[string]any) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, name := range slices.Sorted(maps.Keys(object)) {
		fmt.Fprintf(table, "%s%s\t%s\n", indent, oneLine(name), textOf(object[name]))
	}
	return table.Flush()
}

// textOf returns a value as one line.
func textOf(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case []any:
		parts := make([]string, len(v))
		for i, item := range v {
			parts[i] = textOf(item)
		}
		return strings.Join(parts, ", ")
	case map[string]any:
		var parts []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if !isEmpty(v[name]) {
				parts = append(parts, name+"="+textOf(v[name]))
			}
		}
		return strings.Join(parts, " ")
	}
	return oneLine(fmt.Sprint(value))
}

// oneLine keeps foreign text from controlling the terminal.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}
