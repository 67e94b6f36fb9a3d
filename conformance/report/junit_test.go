package report_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/conformance/report"
)

func TestJUnitGolden(t *testing.T) {
	t.Parallel()
	golden(t, "passing.junit.xml", written(t, "junit", passing()))
	golden(t, "failing.junit.xml", written(t, "junit", failing()))
}

func TestJUnitIsWhatJenkinsReads(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]*report.Report{"passing": passing(), "failing": failing(), "bare": bare(), "hollow": hollow()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, complaint := range junitComplaints(bytes.NewReader(written(t, "junit", r))) {
				t.Error(complaint)
			}
		})
	}
}

// junitElement is what the schema of Jenkins's xUnit plugin, junit-10.xsd, allows
// of an element.
type junitElement struct {
	children, required, optional []string
	text                         bool
}

func junitElements() map[string]junitElement {
	words := junitElement{optional: []string{"type", "message"}, text: true}
	rerun := junitElement{children: []string{"stackTrace", "system-out", "system-err"}, required: []string{"type"}, optional: []string{"message"}, text: true}
	return map[string]junitElement{
		"testsuites": {children: []string{"testsuite"}, optional: []string{"name", "time", "tests", "failures", "errors"}},
		"testsuite": {children: []string{"testsuite", "properties", "testcase", "system-out", "system-err"},
			required: []string{"name", "tests", "failures", "errors"},
			optional: []string{"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"}},
		"properties": {children: []string{"property"}},
		"property":   {required: []string{"name", "value"}},
		"testcase": {children: []string{"skipped", "error", "failure", "rerunFailure", "rerunError", "flakyFailure", "flakyError", "system-out", "system-err"},
			required: []string{"name"}, optional: []string{"time", "classname", "group"}},
		"failure": words, "error": words, "skipped": words,
		"rerunFailure": rerun, "rerunError": rerun, "flakyFailure": rerun, "flakyError": rerun,
		"system-out": {text: true}, "system-err": {text: true}, "stackTrace": {text: true},
	}
}

// junitComplaints lists how a document departs from that schema.
func junitComplaints(r io.Reader) []string {
	elements, decoder := junitElements(), xml.NewDecoder(r)
	parents, complaints := []string{}, []string{}
	complain := func(format string, args ...any) {
		complaints = append(complaints, strings.Join(parents, "/")+": "+fmt.Sprintf(format, args...))
	}
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return complaints
		}
		if err != nil {
			return append(complaints, err.Error())
		}
		switch token := token.(type) {
		case xml.StartElement:
			name := token.Name.Local
			if len(parents) == 0 && name != "testsuites" || len(parents) > 0 && !slices.Contains(elements[parents[len(parents)-1]].children, name) {
				complain("unexpected element %s", name)
			}
			parents = append(parents, name)
			for _, complaint := range attributeComplaints(elements[name], token.Attr) {
				complain("%s", complaint)
			}
		case xml.EndElement:
			parents = parents[:len(parents)-1]
		case xml.CharData:
			if len(parents) > 0 && !elements[parents[len(parents)-1]].text && strings.TrimSpace(string(token)) != "" {
				complain("unexpected text %q", token)
			}
		}
	}
}

func attributeComplaints(e junitElement, attributes []xml.Attr) []string {
	surefireTime := regexp.MustCompile(`^(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?$`)
	var complaints, seen []string
	for _, a := range attributes {
		seen = append(seen, a.Name.Local)
		if !slices.Contains(e.required, a.Name.Local) && !slices.Contains(e.optional, a.Name.Local) {
			complaints = append(complaints, "unexpected attribute "+a.Name.Local)
		}
		if a.Name.Local == "time" && !surefireTime.MatchString(a.Value) {
			complaints = append(complaints, "expected seconds, got "+a.Value)
		}
	}
	for _, name := range e.required {
		if !slices.Contains(seen, name) {
			complaints = append(complaints, "expected attribute "+name)
		}
	}
	return complaints
}

// The checker must complain of what the schema refuses.
func TestJUnitCheckerComplains(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, document string }{
		{"root", `<testsuite name="a" tests="0" failures="0" errors="0"/>`},
		{"child", `<testsuites><testcase name="a"/></testsuites>`},
		{"attribute", `<testsuites><testsuite name="a" tests="0" failures="0" errors="0"><testcase name="a" line="1"/></testsuite></testsuites>`},
		{"missing attribute", `<testsuites><testsuite name="a" tests="0" failures="0"/></testsuites>`},
		{"text", `<testsuites>text</testsuites>`},
		{"time", `<testsuites time="1s"/>`},
		{"not XML", `<testsuites>` + "\x1b" + `</testsuites>`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := junitComplaints(strings.NewReader(c.document)); len(got) == 0 {
				t.Error("expected a complaint, got none")
			}
		})
	}
}

func TestJUnitOutcomes(t *testing.T) {
	t.Parallel()
	var got struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
		Suites   []struct {
			Skipped int `xml:"skipped,attr"`
			Cases   []struct {
				Name    string    `xml:"name,attr"`
				Failure *struct{} `xml:"failure"`
				Error   *struct{} `xml:"error"`
				Skipped *struct {
					Message string `xml:"message,attr"`
				} `xml:"skipped"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(written(t, "junit", failing()), &got); err != nil {
		t.Fatal(err)
	}
	outcomes, skipped := map[string]string{}, 0
	for _, suite := range got.Suites {
		skipped += suite.Skipped
		for _, c := range suite.Cases {
			outcomes[c.Name] = "passed"
			switch {
			case c.Failure != nil:
				outcomes[c.Name] = "failure"
			case c.Error != nil:
				outcomes[c.Name] = "error"
			case c.Skipped != nil:
				outcomes[c.Name] = "skip, " + c.Skipped.Message
			}
		}
	}
	want := map[string]string{
		cancelAnswered().Name: "passed", cancelNotShown().Name: "failure", brokeOff().Name: "error",
		knownToFail().Name:    "skip, known to fail until 2026-12-31, owner api-team: the gateway answers 410 | see ticket <42>",
		notOffered().Name:     "skip, not supported: " + notOffered().Reason,
		derivedSkipped().Name: "skip, skipped: " + derivedSkipped().Reason + " (hint: ASSAY_OTHER_APIKEY)",
		otherAddress().Name:   "skip, skipped: " + otherAddress().Reason + " (hint: ASSAY_DENIED_APIKEY)",
		"the good key before": "passed", "a bad key before": "passed", "the good key after": "error", "The verdict is conformant": "failure",
	}
	if diff := cmp.Diff(outcomes, want); diff != "" {
		t.Errorf("-got +want:\n%s", diff)
	}
	if counts := [4]int{got.Tests, got.Failures, got.Errors, skipped}; counts != [4]int{11, 2, 2, 4} {
		t.Errorf("expected 11 tests, 2 failures, 2 errors, 4 skipped, got %v", counts)
	}
}
