package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// format is one form that a report can be written in.
type format struct {
	name     string
	write    func(io.Writer, *Report) error
	commands commandEscape
}

// formats lists the forms in the order in which they are offered.
func formats() []format {
	return []format{
		{"text", func(w io.Writer, r *Report) error { return writeText(w, Style{}, r) }, plainCommands()},
		{"json", writeJSON, jsonCommands()},
		{"junit", writeJUnit, markupCommands()},
		{"html", writeHTML, markupCommands()},
		{"markdown", writeMarkdown, plainCommands()},
		{"cucumber", writeCucumber, jsonCommands()},
	}
}

// Formats lists the names of the formats.
func Formats() []string {
	var names []string
	for _, f := range formats() {
		names = append(names, f.name)
	}
	return names
}

// Style says how text may look.
type Style struct {
	Color bool // ANSI colours; for terminals only
}

// Write writes the report in the named format. Every format is written for what
// it may meet: whatever a target has sent is escaped.
func Write(w io.Writer, name string, r *Report) error {
	i := slices.IndexFunc(formats(), func(f format) bool { return f.name == name })
	if i < 0 {
		return fmt.Errorf("expected a format out of %s, got %q", strings.Join(Formats(), ", "), name)
	}
	var b strings.Builder
	err := formats()[i].write(&b, r)
	if err == nil {
		_, err = io.WriteString(w, formats()[i].commands.apply(b.String()))
	}
	if err != nil {
		return fmt.Errorf("write the %s report: %w", name, err)
	}
	return nil
}
