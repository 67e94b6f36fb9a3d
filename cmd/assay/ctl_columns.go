package main

import "strings"

// column is a part of a response: a column of a table, or a line.
type column struct {
	title string
	paths []string // dotted names; the first one with a value counts
	inner []column // of the items of a list, which is shown as a table
}

// parseColumns reads the notation of x-ctl: "name", "title=name", "one|other", and
// "list(name,name)" for a table within a response.
func parseColumns(all []string) []column {
	var columns []column
	for _, text := range all {
		text, list, isList := strings.Cut(text, "(")
		title, path, titled := strings.Cut(text, "=")
		if !titled {
			title, _, _ = strings.Cut(text, "|")
			path = text
		}
		c := column{title: title, paths: strings.Split(path, "|")}
		if isList {
			c.inner = parseColumns(strings.Split(strings.TrimSuffix(list, ")"), ","))
		}
		columns = append(columns, c)
	}
	return columns
}

// of returns the value of the column in a response, nil for none.
func (c column) of(response any) any {
	for _, path := range c.paths {
		if value := at(response, path); !isEmpty(value) {
			return value
		}
	}
	return nil
}

// at follows a dotted name into objects, and into all items of a list; nil if it
// leads nowhere.
func at(value any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[name]
		case []any:
			value = atEach(v, name)
		default:
			return nil
		}
	}
	return value
}

func atEach(list []any, name string) []any {
	var all []any
	for _, item := range list {
		switch v := at(item, name).(type) {
		case nil:
		case []any:
			all = append(all, v...)
		default:
			all = append(all, v)
		}
	}
	return all
}

func isEmpty(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}
