package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"example.com/assay/internal/suggest"
)

// Format is one form of a T: a report, a proof.
type Format[T any] struct {
	Name   string
	Syntax Syntax
	Write  func(io.Writer, T) error
}

// FormatTable lists formats in the order of the help.
type FormatTable[T any] []Format[T]

// Names returns the names of the formats.
func (t FormatTable[T]) Names() []string {
	var names []string
	for _, f := range t {
		names = append(names, f.Name)
	}
	return names
}

// Write writes v in the named format, without workflow commands.
func (t FormatTable[T]) Write(w io.Writer, name string, v T) error {
	i := slices.IndexFunc(t, func(f Format[T]) bool { return f.Name == name })
	if i < 0 {
		return unknownFormat(name, t.Names())
	}
	var b strings.Builder
	err := t[i].Write(&b, v)
	if err == nil {
		_, err = io.WriteString(w, t[i].Syntax.withoutCommands(b.String()))
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

func unknownFormat(name string, formats []string) error {
	hint := cmp.Or(suggest.Hint(name, formats), "; use FORMAT or FORMAT:FILE with one of "+strings.Join(formats, ", "))
	return fmt.Errorf("unknown format %q%s", name, hint)
}

func formats() FormatTable[*Report] {
	return FormatTable[*Report]{
		{"text", Plain, func(w io.Writer, r *Report) error { return writeText(w, Style{}, r) }},
		{"json", JSON, writeJSON},
		{"junit", Markup, writeJUnit},
		{"html", Markup, writeHTML},
		{"markdown", Plain, writeMarkdown},
		{"cucumber", JSON, writeCucumber},
	}
}

// Formats returns the names of the formats of a report.
func Formats() []string { return formats().Names() }

// Write writes the report in the named format. Text of the target is escaped.
func Write(w io.Writer, name string, r *Report) error { return formats().Write(w, name, r) }
