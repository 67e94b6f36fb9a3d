package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode"
)

// ctlAnswer is an answer of a control plane.
type ctlAnswer struct {
	media   string
	content []byte
}

// object returns the answer if it is a JSON object, or else nil.
func (a *ctlAnswer) object() map[string]any {
	object, _ := a.value().(map[string]any)
	return object
}

func (a *ctlAnswer) value() any {
	decoder := json.NewDecoder(bytes.NewReader(a.content))
	decoder.UseNumber()
	var v any
	if decoder.Decode(&v) != nil {
		return nil
	}
	return v
}

// print writes an answer for people, or as it came. What is no JSON of the control
// plane's own, such as a fixture file, is always written as it came.
func (a *ctlAnswer) print(w io.Writer, v *verb, asJSON bool) error {
	switch {
	case len(a.content) == 0:
		fmt.Fprintln(w, "Done.")
		return nil
	case a.media != "application/json", asJSON:
		_, err := w.Write(append(bytes.TrimRight(a.content, "\n"), '\n'))
		return err
	}
	if err := show(w, a.value(), columns(v.show)); err != nil || v.lines == nil {
		return err
	}
	for _, line := range v.lines(a.object()) {
		fmt.Fprintln(w, oneLine(line))
	}
	return nil
}

// show writes a list as a table, and anything else line by line.
func show(w io.Writer, value any, columns []column) error {
	if list, ok := listIn(value); ok {
		return showTable(w, "", list, columns)
	}
	width := 16
	for _, c := range columns {
		width = max(width, len(c.title))
	}
	empty := true
	for _, c := range columns {
		field := c.of(value)
		empty = empty && isNothing(field)
		if err := showLine(w, c, field, width, len(columns) > 1); err != nil {
			return err
		}
	}
	if empty {
		fmt.Fprintln(w, "Nothing.")
	}
	return nil
}

// showLine writes one thing of an answer after its title, or below it if it is
// many. A title is left out if there is only one.
func showLine(w io.Writer, c column, value any, width int, titled bool) error {
	const indent = "  "
	list, isList := value.([]any)
	object, isObject := value.(map[string]any)
	switch {
	case isNothing(value):
		return nil
	case isList && c.inner != nil:
		fmt.Fprintf(w, "%s:\n", c.title)
		return showTable(w, indent, list, c.inner)
	case isObject:
		fmt.Fprintf(w, "%s:\n", c.title)
		return showNames(w, indent, object)
	case isList && !titled:
		for _, item := range list {
			fmt.Fprintln(w, textOf(item))
		}
	case isList && len(list) > 1:
		fmt.Fprintf(w, "%s:\n", c.title)
		for _, item := range list {
			fmt.Fprintf(w, "%s%s\n", indent, textOf(item))
		}
	case !titled:
		fmt.Fprintln(w, textOf(value))
	default:
		fmt.Fprintf(w, "%-*s %s\n", width, c.title, textOf(value))
	}
	return nil
}

// listIn finds the list that an answer is, or is about.
func listIn(value any) ([]any, bool) {
	if list, ok := value.([]any); ok {
		return list, true
	}
	object, _ := value.(map[string]any)
	if list, ok := object["entries"].([]any); ok {
		return list, true
	}
	if _, paged := object["count"]; paged {
		list, ok := object["results"].([]any)
		return list, ok
	}
	return nil, false
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

// showNames writes an object one name a line.
func showNames(w io.Writer, indent string, object map[string]any) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, name := range slices.Sorted(maps.Keys(object)) {
		fmt.Fprintf(table, "%s%s\t%s\n", indent, oneLine(name), textOf(object[name]))
	}
	return table.Flush()
}

// textOf writes a value in a line.
func textOf(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return oneLine(v)
	case []any:
		var parts []string
		for _, item := range v {
			parts = append(parts, textOf(item))
		}
		return strings.Join(parts, ", ")
	case map[string]any:
		if key, ok := v["value"].(string); ok && v["region"] != nil {
			return key // of an institution
		}
		var parts []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if !isNothing(v[name]) {
				parts = append(parts, name+"="+textOf(v[name]))
			}
		}
		return strings.Join(parts, " ")
	}
	return fmt.Sprint(value)
}

// oneLine keeps a text from another from writing over the terminal.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}
