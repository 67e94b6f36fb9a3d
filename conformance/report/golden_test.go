package report_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/conformance/report"
)

var update = flag.Bool("update", false, "write the golden files anew") //nolint:gochecknoglobals // a flag of the tests

// golden compares with a file of testdata. A missing one fails: it is written by
// make golden alone.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("expected a golden file, got %v; if the output is right, run make golden", err)
	}
	if diff := cmp.Diff(string(got), string(want)); diff != "" {
		t.Errorf("expected what %s holds; if the difference is meant, run make golden (-got +want):\n%s", path, diff)
	}
}

// written is the report in one format.
func written(t *testing.T, format string, r *report.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := report.Write(&b, format, r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
