package report_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"example.com/assay/conformance/report"
)

// broken is a run against a target that answers everything with an error page,
// which names the request.
func broken() *report.Report {
	r := blank()
	r.Verdict = report.Nonconformant
	for i := range 80 {
		sc := knownToFail()
		id := fmt.Sprintf("CAN-%02d", i%30)
		sc.Name, sc.Known, sc.Requirements, sc.Line = fmt.Sprintf("Scenario %d", i), nil, []string{id}, i
		sc.Failures[0].Requirement = id
		sc.Failures[0].Got = fmt.Sprintf("status 500: request %08x-0000-4000-8000-000000000000 failed at 2026-03-14T09:26:%02dZ", i, i%60)
		sc.Failures[0].Curl = curlOf("--data-raw "+strings.Repeat("x", 5000), "/assessments")
		r.Scenarios = append(r.Scenarios, sc)
		r.Reasons = append(r.Reasons, report.Reason{Requirement: id, Text: fmt.Sprintf("%s does not hold: expected %d", id, i)})
		gap := brokeOff()
		gap.Reason = fmt.Sprintf("no response from %08x-0000-4000-8000-000000000000 within %dms", i, i)
		r.Scenarios = append(r.Scenarios, gap)
	}
	return r
}

func TestTextOfABrokenTargetIsOneScreen(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := (report.Outputs{{Format: "text"}}).Write(&b, report.Style{}, broken()); err != nil {
		t.Fatal(err)
	}
	const screen = 100 // lines
	if n := strings.Count(b.String(), "\n"); n > screen {
		t.Errorf("got %d lines, want at most %d:\n%s", n, screen, &b)
	}
	if b.Len() > 16<<10 {
		t.Errorf("got %d bytes, want at most 16 KiB", b.Len())
	}
	for _, want := range []string{
		"CAN-00 (core)", "Scenario 0 (cancel.feature:0)", "Scenario 60 (cancel.feature:60)", // one cause
		"10 causes more; --report html:FILE", "(80 scenarios: GET-01)", "- and 72 reasons more",
		"(cut; --report html:FILE or json:FILE has all of it)",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("got no %q in:\n%s", want, &b)
		}
	}
}

func TestCausesTellObservationsApart(t *testing.T) {
	t.Parallel()
	r := blank()
	for i, got := range []string{"status 404", "status 500", "status 404"} {
		sc := knownToFail()
		sc.Name, sc.Known, sc.Failures[0].Got = fmt.Sprintf("Scenario %d", i), nil, got
		r.Scenarios = append(r.Scenarios, sc)
	}
	if got := strings.Count(annotations(t, r), "CAN-08 does not hold"); got != 2 {
		t.Errorf("got %d annotations, want 2:\n%s", got, annotations(t, r))
	}
	if got := annotations(t, r); !strings.Contains(got, "Scenario 0%2C and 1 more::") {
		t.Errorf("got no scenario count in\n%s", got)
	}
}

func TestCausesThatDecideComeFirst(t *testing.T) {
	t.Parallel()
	r := broken()
	sc := r.Scenarios[0]
	sc.Failures = append([]report.Failure{}, sc.Failures...)
	sc.Failures[0].Requirement, sc.Failures[0].Level = "LST-02", "derived"
	r.Scenarios = append([]report.Scenario{sc}, r.Scenarios...)
	r.Requirements = []report.Requirement{{ID: "LST-02", Level: "derived"}}
	lines := strings.Split(strings.TrimSpace(annotations(t, r)), "\n")
	if len(lines) != 11 {
		t.Fatalf("got %d annotations, want 10 and a summary", len(lines))
	}
	for _, line := range lines[:10] {
		if !strings.HasPrefix(line, "::error ") || strings.Contains(line, "LST-02") {
			t.Errorf("got %s, want an error that decides", line)
		}
	}
	if want := "title=22 more findings::"; !strings.HasPrefix(lines[10], "::notice ") || !strings.Contains(lines[10], want) {
		t.Errorf("got %s, want a notice with %q", lines[10], want)
	}
}
