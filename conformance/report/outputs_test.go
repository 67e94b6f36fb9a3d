package report_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/conformance/report"
)

func TestParseOutputs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	formats := strings.Join(report.Formats(), ", ")
	for _, c := range []struct {
		name, text string
		want       report.Outputs
		err        string
	}{
		{name: "text", text: "text", want: report.Outputs{{Format: "text"}}},
		{name: "several", text: "text, junit:" + dir + "/./r.xml,json:" + dir + "/r:1.json",
			want: report.Outputs{{Format: "text"}, {Format: "junit", Path: dir + "/r.xml"}, {Format: "json", Path: dir + "/r:1.json"}}},
		{name: "another format on standard output", text: "json", want: report.Outputs{{Format: "json"}}},
		{name: "a dash for standard output", text: "json:-,text:" + dir + "/r", want: report.Outputs{{Format: "json"}, {Format: "text", Path: dir + "/r"}}},
		{name: "a typing error", text: "text,jnit:x", err: `unknown format "jnit"; did you mean "junit"?`},
		{name: "capitals", text: "HTML:x", err: `did you mean "html"?`},
		{name: "another word", text: "xml:x", err: `unknown format "xml"; use FORMAT or FORMAT:FILE with one of ` + formats},
		{name: "nothing", text: "", err: `unknown format ""; use FORMAT or FORMAT:FILE with one of ` + formats},
		{name: "a comma too many", text: "text,", err: `unknown format ""; use FORMAT or FORMAT:FILE with one of ` + formats},
		{name: "no file", text: "json:", err: `missing file name after "json:"`},
		{name: "one file for two", text: "json:" + dir + "/r,html:" + dir + "/x/../r", err: `/r; name a file for each`},
		{name: "standard output for two", text: "text,json", err: `two reports go to standard output; name a file for each`},
		{name: "no such folder", text: "json:" + dir + "/no/r", err: "create it first"},
		{name: "a file for a folder", text: "json:" + file + "/r", err: "is a file: " + file},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := report.ParseOutputs(c.text, report.Formats())
			if c.err != "" && (err == nil || !strings.HasSuffix(err.Error(), c.err)) {
				t.Errorf("expected an error that ends with %q, got %v", c.err, err)
			}
			if c.err == "" && err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(got, c.want); diff != "" {
				t.Errorf("-got +want:\n%s", diff)
			}
		})
	}
}

func TestOutputsWriteEachFormat(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var outputs report.Outputs
	for _, format := range report.Formats() {
		outputs = append(outputs, report.Output{Format: format, Path: filepath.Join(dir, format)})
	}
	if err := outputs.Write(nil, report.Style{}, failing()); err != nil {
		t.Fatal(err)
	}
	for _, o := range outputs {
		got, err := os.ReadFile(o.Path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(got), string(written(t, o.Format, failing()))); diff != "" {
			t.Errorf("%s: -got +want:\n%s", o.Format, diff)
		}
		if info, err := os.Stat(o.Path); err != nil || info.Mode().Perm() != 0o644 {
			t.Errorf("%s: expected a file that others may read, got %v, %v", o.Format, info.Mode(), err)
		}
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != len(outputs) {
		t.Errorf("expected %d files and nothing left over, got %v, %v", len(outputs), files, err)
	}
}

// One report that cannot be written takes no other with it, and leaves nothing
// half written.
func TestOutputsWriteWhatTheyCan(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	html := filepath.Join(dir, "r.html")
	var stdout bytes.Buffer
	outputs := report.Outputs{{Format: "json", Path: filepath.Join(dir, "no", "r.json")}, {Format: "html", Path: html}, {Format: "text"}}
	err := outputs.Write(&stdout, report.Style{}, passing())
	if !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "r.json") {
		t.Errorf("expected an error that names r.json, got %v", err)
	}
	if _, err := os.Stat(html); err != nil {
		t.Error(err)
	}
	if !strings.Contains(stdout.String(), "Verdict: conformant") {
		t.Errorf("expected the verdict, got %q", stdout.String())
	}
}

func TestOutputsReplaceTheOldReport(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "r.txt")
	for _, r := range []*report.Report{failing(), passing()} {
		if err := (report.Outputs{{Format: "text", Path: path}}).Write(nil, report.Style{}, r); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(got), string(written(t, "text", passing()))); diff != "" {
		t.Errorf("-got +want:\n%s", diff)
	}
}

func TestWriteNamesAnUnknownFormat(t *testing.T) {
	t.Parallel()
	if err := report.Write(nil, "yml", passing()); err == nil || !strings.Contains(err.Error(), `unknown format "yml"`) {
		t.Errorf(`got %v, want an error with "yml"`, err)
	}
}

// TestConformantExcept: each format names the accepted gaps, and the reason.
func TestConformantExcept(t *testing.T) {
	t.Parallel()
	r := passing()
	r.Verdict, r.Plan.AcceptUnchecked = report.ConformantExcept, map[string]string{"AUT-03": "one region", "AUT-04": "one region"}
	for _, id := range []string{"AUT-03", "AUT-04"} {
		r.Reasons = append(r.Reasons, report.Reason{Requirement: id, Text: id + " was not checked, which is accepted: one region"})
	}
	const told, accepted = "conformant except AUT-03, AUT-04", "was not checked, which is accepted: one region"
	for format, want := range map[string][]string{
		"text":     {"Verdict: " + told + "\n  - AUT-03 " + accepted + "\n    likewise: AUT-04\n"},
		"json":     {`"verdict": "conformant-except"`, `"AUT-03": "one region"`, "AUT-04 " + accepted},
		"markdown": {"## ✅ Assay: " + told, "- AUT-03 " + accepted, "- AUT-04 " + accepted},
		"html":     {`<p class="verdict conformant-except">` + told, accepted},
		"junit":    {`<testsuites name="assay" tests="8" failures="0" errors="0"`, "AUT-03 " + accepted, "AUT-04 " + accepted},
	} {
		got := string(written(t, format, r))
		for _, part := range want {
			if !strings.Contains(got, part) {
				t.Errorf("%s: no %q in\n%s", format, part, got)
			}
		}
	}
}
