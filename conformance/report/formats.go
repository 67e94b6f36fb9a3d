package report

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// format is one form that a report can be written in.
type format struct {
	name  string
	write func(io.Writer, *Report) error
}

// formats lists the forms in the order in which they are offered.
func formats() []format {
	return []format{
		{"text", func(w io.Writer, r *Report) error { return writeText(w, Style{}, r) }},
		{"json", writeJSON},
		{"junit", writeJUnit},
		{"html", writeHTML},
		{"markdown", writeMarkdown},
		{"cucumber", writeCucumber},
		{"sarif", writeSARIF},
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
	if err := formats()[i].write(w, r); err != nil {
		return fmt.Errorf("write the %s report: %w", name, err)
	}
	return nil
}

// Output is a format and where it goes: "" for standard output.
type Output struct {
	Format string
	Path   string
}

// Outputs is what --report asks for.
type Outputs []Output

// ParseOutputs reads "text,junit:FILE": formats with commas between them, each
// with a file, or without one for standard output.
func ParseOutputs(text string) (Outputs, error) {
	var outputs Outputs
	for part := range strings.SplitSeq(text, ",") {
		name, path, hasPath := strings.Cut(strings.TrimSpace(part), ":")
		switch {
		case !slices.Contains(Formats(), name):
			return nil, fmt.Errorf("expected FORMAT or FORMAT:FILE with a format out of %s, got %q", strings.Join(Formats(), ", "), part)
		case hasPath && path == "":
			return nil, fmt.Errorf("expected the name of a file after %q", part)
		case slices.ContainsFunc(outputs, func(o Output) bool { return o.Path == path }):
			return nil, fmt.Errorf("expected each report to go elsewhere, got %q for two", orStdout(path))
		}
		outputs = append(outputs, Output{Format: name, Path: path})
	}
	return outputs, nil
}

func orStdout(path string) string {
	if path == "" {
		return "standard output"
	}
	return path
}

// HasText says whether the text report goes to standard output, where each
// scenario can be told as it ends.
func (o Outputs) HasText() bool { return slices.Contains(o, Output{Format: "text"}) }

// Write writes every report. A file is there whole or not at all.
func (o Outputs) Write(stdout io.Writer, style Style, r *Report) error {
	for _, output := range o {
		if err := output.write(stdout, style, r); err != nil {
			return err
		}
	}
	return nil
}

func (o Output) write(stdout io.Writer, style Style, r *Report) error {
	switch {
	case o == Output{Format: "text"}:
		return writeSummary(stdout, style, r) // the scenarios were told as they ended
	case o.Path == "":
		return Write(stdout, o.Format, r)
	}
	return writeFile(o.Path, func(w io.Writer) error { return Write(w, o.Format, r) })
}

// writeFile writes beside the file and then puts it in its place.
func writeFile(path string, write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer os.Remove(temporary.Name()) // it is gone if all went well
	_, err = temporary.Write(b.Bytes())
	if closeErr := temporary.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
