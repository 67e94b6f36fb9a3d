package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
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
	return show(w, a.value(), v.show)
}

// show writes a list as a table, and anything else line by line.
func show(w io.Writer, value any, names []string) error {
	if list, ok := listIn(value); ok {
		return showTable(w, list, names)
	}
	width := 16
	for _, name := range names {
		width = max(width, len(name))
	}
	for _, name := range names {
		field := at(value, name)
		if isNothing(field) {
			continue
		}
		if many, isList := field.([]any); isList && len(many) > 1 || len(names) == 1 {
			showEach(w, name, field, len(names) > 1)
			continue
		}
		fmt.Fprintf(w, "%-*s %s\n", width, name, textOf(field))
	}
	return nil
}

// listIn finds the list that an answer is, or is about.
func listIn(value any) ([]any, bool) {
	if list, ok := value.([]any); ok {
		return list, true
	}
	object, _ := value.(map[string]any)
	for _, name := range []string{"entries"} {
		if list, ok := object[name].([]any); ok {
			return list, true
		}
	}
	if _, paged := object["count"]; paged {
		list, ok := object["results"].([]any)
		return list, ok
	}
	return nil, false
}

func showTable(w io.Writer, list []any, names []string) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, strings.ToUpper(strings.Join(titles(names), "\t")))
	for _, item := range list {
		fmt.Fprintln(table, row(item, names))
	}
	return table.Flush()
}

// titles returns the heads of columns. One that has alternatives, parted by |, has
// the head of the first.
func titles(names []string) []string {
	heads := make([]string, len(names))
	for i, name := range names {
		heads[i], _, _ = strings.Cut(name, "|")
	}
	return heads
}

func row(item any, names []string) string {
	cells := make([]string, len(names))
	for i, name := range names {
		for alternative := range strings.SplitSeq(name, "|") {
			if cells[i] = textOf(at(item, alternative)); cells[i] != "" {
				break
			}
		}
	}
	return strings.Join(cells, "\t")
}

// showEach writes a list one item a line, under its name unless it is all there is.
func showEach(w io.Writer, name string, value any, titled bool) {
	items, isList := value.([]any)
	if !isList {
		items = []any{value}
	}
	indent := ""
	if titled {
		fmt.Fprintf(w, "%s:\n", name)
		indent = "  "
	}
	for _, item := range items {
		fmt.Fprintf(w, "%s%s\n", indent, textOf(item))
	}
}

// at follows a dotted name into an object; nil if it leads nowhere.
func at(value any, name string) any {
	for part := range strings.SplitSeq(name, ".") {
		object, _ := value.(map[string]any)
		value = object[part]
	}
	return value
}

func isNothing(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	}
	return false
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
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}

// follow prints the events of a stream until it ends, or is interrupted.
func follow(ctx context.Context, p *process, c *ctlClient, path string, o *ctlOptions, v *verb) (int, error) {
	response, err := c.send(ctx, v.method, path, nil)
	if err != nil {
		return ctlCode(err), err
	}
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, maxAnswer)
	for lines.Scan() {
		data, isData := strings.CutPrefix(lines.Text(), "data:")
		if !isData {
			continue
		}
		data = strings.TrimSpace(data)
		if !o.json {
			data = row((&ctlAnswer{content: []byte(data)}).value(), v.show)
		}
		fmt.Fprintln(p.stdout, strings.TrimRight(data, "\t"))
	}
	if err := lines.Err(); err != nil && !errors.Is(err, context.Canceled) {
		return exitCouldNotRun, err
	}
	return exitOK, nil
}
