package report_test

import (
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"

	"example.com/assay/conformance/report"
)

// A report that is printed in a job of GitHub's gives no command to its runner.
func TestNoFormatGivesCommandsToALog(t *testing.T) {
	t.Parallel()
	r := failing()
	r.Scenarios[1].Failures[0].Got = "a\n::add-mask::1\n \t::stop-commands::x\n###[error]forged ##[group]"
	for _, format := range report.Formats() {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			for line := range strings.Lines(string(written(t, format, r))) {
				if strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") {
					t.Errorf("expected no workflow command, got %q", line)
				}
			}
		})
	}
}

// Formats that can escape say what the target said all the same.
func TestEscapedCommandsReadTheSame(t *testing.T) {
	t.Parallel()
	const sent = "a\n::add-mask::1 ##[group]"
	r := failing()
	r.Scenarios[1].Failures[0].Got = sent
	var model report.Report
	if err := json.Unmarshal(written(t, "json", r), &model); err != nil {
		t.Fatal(err)
	}
	if got := model.Scenarios[1].Failures[0].Got; got != sent {
		t.Errorf("json: expected %q, got %q", sent, got)
	}
	var suites struct {
		Failures []string `xml:"testsuite>testcase>failure"`
	}
	if err := xml.Unmarshal(written(t, "junit", r), &suites); err != nil {
		t.Fatal(err)
	}
	if got := suites.Failures[0]; !strings.Contains(got, sent) {
		t.Errorf("junit: expected %q in it, got %q", sent, got)
	}
}
