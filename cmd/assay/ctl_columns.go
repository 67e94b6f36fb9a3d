package main

import "strings"

// column is something of an answer that people are shown: a column of a table, or
// a line.
type column struct {
	title string
	paths []string // dotted names; the first that leads to something counts
	inner []column // of the things in a list, which become a table
}

// columns reads how verbs say what is shown: "name", "title=name", "one|other" for
// the first of them that is there, and "list(name,name)" for a list of things.
func columns(all []string) []column {
	var columns []column
	for _, text := range all {
		columns = append(columns, columnOf(text))
	}
	return columns
}

func columnOf(text string) column {
	text, list, isList := strings.Cut(text, "(")
	title, path, titled := strings.Cut(text, "=")
	if !titled {
		path = title
	}
	c := column{title: title, paths: strings.Split(path, "|")}
	if !titled {
		c.title = c.paths[0]
	}
	if isList {
		c.inner = columns(strings.Split(strings.TrimSuffix(list, ")"), ","))
	}
	return c
}

// of returns what the column shows of an answer; nil: nothing.
func (c column) of(answer any) any {
	for _, path := range c.paths {
		if value := at(answer, path); !isNothing(value) {
			return value
		}
	}
	return nil
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
	case map[string]any:
		return len(v) == 0
	}
	return false
}
