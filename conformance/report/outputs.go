package report

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Output is a format and its file; an empty path is standard output.
type Output struct {
	Format string
	Path   string
}

// Outputs are the outputs of one run.
type Outputs []Output

// ParseOutputs reads comma-separated outputs: FORMAT, or FORMAT:FILE with - for
// standard output. The files must be writable, so that no run is lost at its end.
func ParseOutputs(text string, formats []string) (Outputs, error) {
	var outputs Outputs
	for part := range strings.SplitSeq(text, ",") {
		output, err := parseOutput(strings.TrimSpace(part), formats)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(outputs, func(o Output) bool { return o.Path == output.Path }) {
			return nil, fmt.Errorf("two reports go to %s; name a file for each", cmp.Or(output.Path, "standard output"))
		}
		outputs = append(outputs, output)
	}
	return outputs, nil
}

func parseOutput(part string, formats []string) (Output, error) {
	name, path, hasPath := strings.Cut(part, ":")
	switch {
	case !slices.Contains(formats, name):
		return Output{}, unknownFormat(name, formats)
	case !hasPath, path == "-":
		return Output{Format: name}, nil
	case path == "":
		return Output{}, fmt.Errorf("missing file name after %q", part)
	}
	if err := CheckWritable(path); err != nil {
		return Output{}, fmt.Errorf("%q: %w", part, err)
	}
	return Output{Format: name, Path: filepath.Clean(path)}, nil
}

// CheckWritable returns an error if no file can be written at the path.
func CheckWritable(path string) error {
	folder := filepath.Dir(path)
	if info, err := os.Stat(folder); err != nil {
		return fmt.Errorf("the folder does not exist: %w; create it first", err)
	} else if !info.IsDir() {
		return fmt.Errorf("the folder is a file: %s", folder)
	}
	switch info, err := os.Stat(path); {
	case err == nil && info.IsDir():
		return fmt.Errorf("%s is a folder; name a file", path)
	case err == nil && !info.Mode().IsRegular():
		return nil // a device or a pipe
	}
	probe, err := os.CreateTemp(folder, filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// HasText reports whether the text report goes to standard output, where [Progress]
// can write.
func (o Outputs) HasText() bool { return slices.Contains(o, Output{Format: "text"}) }

// Write writes every report, also after an error. The text on standard output is the
// summary, since the scenarios are already there.
func (o Outputs) Write(stdout io.Writer, style Style, r *Report) error {
	return o.WriteEach(stdout, func(w io.Writer, output Output) error {
		if output == (Output{Format: "text"}) {
			return writeSummary(w, style, r)
		}
		return Write(w, output.Format, r)
	})
}

// WriteEach calls write for every output, also after an error. A file is complete or
// absent.
func (o Outputs) WriteEach(stdout io.Writer, write func(io.Writer, Output) error) error {
	var errs []error
	for _, output := range o {
		if output.Path == "" {
			errs = append(errs, write(stdout, output))
			continue
		}
		errs = append(errs, writeFile(output.Path, func(w io.Writer) error { return write(w, output) }))
	}
	return errors.Join(errs...)
}

// reportMode lets the collector of a CI service read a report.
const reportMode = 0o644

// writeFile replaces a file at once: no reader sees half of it. It writes directly to
// a device or a pipe.
func writeFile(path string, write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return os.WriteFile(path, b.Bytes(), reportMode)
	}
	if err := replaceFile(path, b.Bytes()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

func replaceFile(path string, data []byte) error {
	temporary, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name()) // gone after success
	_, err = temporary.Write(data)
	if err := errors.Join(err, temporary.Chmod(reportMode), temporary.Close()); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}
