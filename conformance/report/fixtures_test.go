package report_test

import (
	"time"

	"example.com/assay/conformance/report"
)

// The pages that the fixtures' requirements come from.
const (
	cancelGuide   = "https://docs.maxsight.com/en/cancel-an-assessment-workflow.html"
	retrieveGuide = "https://docs.maxsight.com/en/retrieve-an-assessment.html"
	keysGuide     = "https://docs.maxsight.com/en/manage-api-keys.html"
)

// hostile is everything that a target may send to break out of a report: markup,
// the ends of quotations in every format, commands for a terminal, text that runs
// backwards, and bytes that are no text at all.
const hostile = "</script><img src=x onerror=alert(1)> & \"quoted\" 'single' ]]> --> | `code` **bold** [link](javascript:alert(1)) {{.}} ::error:: %0A" +
	"\x1b[31mred\x1b[0m \u009b2J \x00 \x07 \u202eevil\u202c \xff\xfe\n# second line\r\n::set-output name=third::line ##[error]forged"

const (
	firstID  = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
	secondID = "5b1f0c2e-52f9-4d52-9f0b-0c7f2a3f9d11"
)

func began() time.Time { return time.Date(2026, 3, 14, 9, 26, 53, 589_000_000, time.UTC) }

// passing is a run in which everything that counts was checked and held.
func passing() *report.Report {
	r := blank()
	r.Verdict = report.Conformant
	r.Scenarios = []report.Scenario{cancelAnswered(), cancelShown(), derivedSkipped()}
	r.Requirements = []report.Requirement{
		requirement("CAN-01", "core", report.Passed, cancelAnswered().Name),
		requirement("CAN-04", "core", report.Passed, cancelShown().Name),
		requirement("AUT-06", "derived", report.Skipped, derivedSkipped().Name),
	}
	r.Plan.Scenarios, r.Plan.Requirements = 3, []string{"CAN-01", "CAN-04", "AUT-06"}
	r.Counts = report.Counts{Passed: 2, Skipped: 1, Flaky: 1, Assertions: 5}
	r.Canaries = []report.Canary{goodKey("before"), badKey("before"), goodKey("after"), badKey("after")}
	r.Observations = []report.Observation{secondCancel("no-content")}
	r.Latencies = latencies()
	return r
}

// failing is a run with every outcome in it, against a target that is hostile.
func failing() *report.Report {
	r := blank()
	r.Target.OtherRegionURL = "http://api.us.localhost:8080/v5"
	r.Verdict = report.Nonconformant
	r.Scenarios = []report.Scenario{cancelAnswered(), cancelNotShown(), knownToFail(), brokeOff(), notOffered(), derivedSkipped(), otherAddress()}
	r.Requirements = []report.Requirement{
		requirement("CAN-01", "core", report.Passed, cancelAnswered().Name),
		requirement("CAN-04", "core", report.Failed, cancelNotShown().Name),
		requirement("CAN-08", "core", report.Failed, knownToFail().Name),
		requirement("GET-01", "documented", report.CouldNotRun, brokeOff().Name),
		requirement("OUT-01", "documented", report.NotSupported, notOffered().Name),
		requirement("AUT-06", "derived", report.Skipped, derivedSkipped().Name),
		requirement("AUT-04", "core", report.Skipped, otherAddress().Name),
	}
	r.Requirements[6].Hint = "ASSAY_DENIED_APIKEY"
	r.Plan.Scenarios = len(r.Scenarios)
	r.Plan.Requirements = []string{"CAN-01", "CAN-04", "CAN-08", "GET-01", "OUT-01", "AUT-06", "AUT-04"}
	r.Plan.Only, r.Plan.Skip = []string{"CAN-01", "CAN-04"}, []string{"CAN-12"}
	r.Reasons = []report.Reason{
		{Requirement: "CAN-04", Text: "CAN-04 (core) does not hold: expected workflow_state \"Cancelled\", got " + hostile},
		{Text: "the good key after: status 500", Hint: "the target broke down during the run; look at its log"},
	}
	r.Counts = report.Counts{Passed: 1, Failed: 2, CouldNotRun: 1, NotSupported: 1, Skipped: 2, Known: 1, Assertions: 9}
	broken := goodKey("after")
	broken.OK, broken.Got, broken.Hint = false, "status 500: "+hostile, "the target broke down during the run; look at its log"
	r.Canaries = []report.Canary{goodKey("before"), badKey("before"), broken}
	r.Observations = []report.Observation{secondCancel("conflict"), strangeErrorBody(), unseen()}
	r.Notes = []string{"the clock of the target is 3m12s ahead", "an unknown field in listAssessments: " + hostile}
	r.Run.Slowed = 2
	r.Latencies = latencies()
	return r
}

func blank() *report.Report {
	return &report.Report{
		Schema: report.Schema,
		Tool:   report.Tool{Name: "assay", Version: "1.2.3"},
		Run:    report.Run{ID: "7f3a9c01", Started: began(), Duration: 4321 * time.Millisecond, Seed: 42, Requests: 27},
		Target: report.Target{BaseURL: "http://127.0.0.1:8080/v5", WritesAllowed: true},
		Plan: report.Plan{
			Hash:         "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0",
			ContractHash: "a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90",
			Levels:       []string{"core", "documented", "derived"},
		},
	}
}

// requirement makes one with a text and a source that fit its ID.
func requirement(id, level string, outcome report.Outcome, scenarios ...string) report.Requirement {
	texts := map[string]string{
		"CAN-01": "`POST /assessments/{assessment_id}/cancel-workflow` on an active workflow answers 204",
		"CAN-04": "a later GET of the assessment shows `workflow_state` exactly `Cancelled`",
		"CAN-08": "cancelling an ID that does not exist answers 404",
		"GET-01": "GET of an existing assessment answers 200 with the 13 documented fields",
		"OUT-01": "the outcome behind an `outcome_id` can be looked up, and has a name",
		"AUT-04": "with IP allow listing on, an address that is not on the list gets 401",
		"AUT-06": "an institution's key never sees or changes another institution's assessment",
	}
	return report.Requirement{ID: id, Level: level, Text: texts[id], Sources: sources(id), Outcome: outcome,
		Counts: level != "derived", Scenarios: scenarios}
}

func sources(id string) []string {
	switch id[:3] {
	case "GET", "OUT":
		return []string{retrieveGuide}
	case "AUT":
		return []string{cancelGuide, keysGuide}
	}
	return []string{cancelGuide}
}

func cancelAnswered() report.Scenario {
	return report.Scenario{
		Feature: "Cancel the workflow of an assessment", File: "cancel.feature", Line: 8,
		Rule: "An active workflow can be cancelled by its assessment's ID alone", Name: "Cancelling an active workflow is answered with 204",
		Requirements: []string{"CAN-01"}, Level: "core", Outcome: report.Passed, Assertions: 1, Duration: 12 * time.Millisecond,
		Steps: []report.Step{
			{Keyword: "Given", Text: "an active assessment", Line: 9, Outcome: report.Passed},
			{Keyword: "When", Text: "its workflow is cancelled", Line: 10, Outcome: report.Passed},
			{Keyword: "Then", Text: "the response status is 204", Line: 11, Outcome: report.Passed},
		},
		Exchanges: []report.Exchange{created(1), cancelled(2)},
	}
}

// cancelShown passed, but only when a request was made for the second time.
func cancelShown() report.Scenario {
	sc := stateScenario()
	sc.Outcome, sc.Flaky, sc.Assertions, sc.Waited = report.Passed, true, 4, 240*time.Millisecond
	sc.Reason = "getAssessment was asked twice: connection reset by peer"
	sc.Steps[1].Outcome = report.Passed
	read := readBack(5, `{"id":"`+secondID+`","workflow_state":"Cancelled"}`)
	read.Attempts = 2
	sc.Exchanges = []report.Exchange{created(3), cancelled(4), read}
	return sc
}

func cancelNotShown() report.Scenario {
	sc := stateScenario()
	sc.Outcome, sc.Assertions, sc.Waited = report.Failed, 4, 5*time.Second
	sc.Reason = "CAN-04: expected workflow_state \"Cancelled\", got " + hostile
	sc.Steps[1].Outcome = report.Failed
	read := readBack(5, hostile)
	read.Header["X-Evil\"><script>"] = []string{hostile}
	sc.Exchanges = []report.Exchange{created(3), cancelled(4), read}
	sc.Failures = []report.Failure{
		{Requirement: "CAN-04", Level: "core", Sources: sources("CAN-04"), Step: `Then its workflow state becomes "Cancelled"`,
			Expected: `workflow_state "Cancelled"`, Got: hostile, Curl: read.Curl, Exchange: 5},
		{Requirement: "GET-03", Level: "documented", Sources: sources("GET-03"), Step: `Then its workflow state becomes "Cancelled"`,
			Expected: `workflow_state out of Active, Cancelled, Error`, Got: `"Canceled"`},
	}
	sc.Attachments = []report.Attachment{
		{Name: "history.html", MediaType: "text/html", Data: []byte("<!doctype html><title>History</title><p>cancel, read</p>")},
		{Name: hostile, MediaType: "text/plain\"><script>", Data: []byte{0xff, 0x00, 0x1b}},
	}
	return sc
}

func stateScenario() report.Scenario {
	return report.Scenario{
		Feature: "Cancel the workflow of an assessment", File: "cancel.feature", Line: 28,
		Rule: "A cancelled assessment says so, and keeps its data", Name: "A cancelled assessment reads as Cancelled",
		Requirements: []string{"CAN-04"}, Level: "core", Duration: 5100 * time.Millisecond,
		Steps: []report.Step{
			{Keyword: "Given", Text: "a cancelled assessment", Line: 29, Outcome: report.Passed},
			{Keyword: "Then", Text: `its workflow state becomes "Cancelled"`, Line: 30},
		},
	}
}

// knownToFail failed, and somebody answers for that.
func knownToFail() report.Scenario {
	return report.Scenario{
		Feature: "Cancel the workflow of an assessment", File: "cancel.feature", Line: 77,
		Name: "Cancelling an assessment that does not exist is answered with 404", Requirements: []string{"CAN-08"}, Level: "core",
		Outcome: report.Failed, Reason: "CAN-08: expected status 404, got status 410", Assertions: 1, Duration: 9 * time.Millisecond,
		Known: &report.Known{Reason: "the gateway answers 410 | see ticket <42>", Owner: "api-team", Expires: "2026-12-31"},
		Steps: []report.Step{
			{Keyword: "When", Text: "the workflow of an assessment that does not exist is cancelled", Line: 78, Outcome: report.Passed},
			{Keyword: "Then", Text: "the response status is 404", Line: 79, Outcome: report.Failed},
		},
		Failures: []report.Failure{{Requirement: "CAN-08", Level: "core", Sources: sources("CAN-08"), Step: "Then the response status is 404",
			Expected: "status 404", Got: "status 410", Curl: curlOf("-X POST ", "/assessments/00000000-0000-4000-8000-000000000000/cancel-workflow"), Exchange: 6}},
		Exchanges: []report.Exchange{{Number: 6, Operation: "cancelWorkflow", Method: "POST", Key: "$ASSAY_APIKEY",
			URL:    "http://127.0.0.1:8080/v5/assessments/00000000-0000-4000-8000-000000000000/cancel-workflow",
			Status: 410, Header: map[string][]string{"Date": {"Sat, 14 Mar 2026 09:26:54 GMT"}}, Sent: began().Add(time.Second), Duration: 3 * time.Millisecond,
			Attempts: 1, Curl: curlOf("-X POST ", "/assessments/00000000-0000-4000-8000-000000000000/cancel-workflow")}},
	}
}

// brokeOff could not put its question.
func brokeOff() report.Scenario {
	return report.Scenario{
		Feature: "Retrieve an assessment", File: "retrieve.feature", Line: 7,
		Name: "An assessment has the documented fields", Requirements: []string{"GET-01"}, Level: "documented",
		Outcome: report.CouldNotRun, Reason: "no response: read tcp 127.0.0.1:8080: connection reset by peer", Hint: "--timeout", Duration: 30 * time.Second,
		Steps: []report.Step{
			{Keyword: "Given", Text: "an active assessment", Line: 8, Outcome: report.CouldNotRun},
			{Keyword: "Then", Text: "it has every documented field", Line: 9, Outcome: report.Skipped},
		},
		Exchanges: []report.Exchange{{Number: 7, Operation: "getAssessment", Method: "GET", URL: "http://127.0.0.1:8080/v5/assessments/" + firstID,
			Key: "$ASSAY_APIKEY", Error: "read tcp 127.0.0.1:8080: connection reset by peer", Sent: began().Add(2 * time.Second), Duration: 30 * time.Second,
			Attempts: 3, Curl: curlOf("", "/assessments/"+firstID)}},
	}
}

func notOffered() report.Scenario {
	return report.Scenario{
		Feature: "Templates, entities and outcomes", File: "templates-entities-outcomes.feature", Line: 31,
		Name: "The outcome of an assessment has a name", Requirements: []string{"OUT-01"}, Level: "documented",
		Outcome: report.NotSupported, Reason: "neither /assessments/outcomes/{outcome_id} nor /outcomes/{outcome_id} is there: status 404", Duration: 5 * time.Millisecond,
		Steps: []report.Step{
			{Keyword: "When", Text: "the outcome of an assessment is looked up", Line: 32, Outcome: report.NotSupported},
			{Keyword: "Then", Text: "it has a name", Line: 33, Outcome: report.Skipped},
		},
	}
}

func derivedSkipped() report.Scenario {
	return report.Scenario{
		Feature: "Authenticate", File: "authenticate.feature", Line: 90,
		Name: "Another institution's assessment is not found", Requirements: []string{"AUT-06"}, Level: "derived",
		Outcome: report.Skipped, Reason: "it needs the key of another institution", Hint: "ASSAY_OTHER_APIKEY",
		Steps: []report.Step{
			{Keyword: "Given", Text: "an assessment of another institution", Line: 91, Outcome: report.Skipped},
			{Keyword: "Then", Text: "it is not found", Line: 92, Outcome: report.Skipped},
		},
	}
}

func otherAddress() report.Scenario {
	return report.Scenario{
		Feature: "Authenticate", File: "authenticate.feature", Line: 70, Rule: "A key with an allow list is good from the addresses on it only",
		Name: "From another address, getAssessment is answered with 401", Requirements: []string{"AUT-04"}, Level: "core",
		Outcome: report.Skipped, Reason: "it needs a key whose allow list leaves this machine out", Hint: "ASSAY_DENIED_APIKEY",
		Steps: []report.Step{{Keyword: "When", Text: "getAssessment is called from another address", Line: 71, Outcome: report.Skipped}},
	}
}

func curlOf(flags, path string) string {
	return "curl -i " + flags + `-H "apikey: $ASSAY_APIKEY" http://127.0.0.1:8080/v5` + path
}

func created(number int) report.Exchange {
	const body = `{"entity_id":"8161163a-f227-466f-bc01-090a01e80165","template_id":"c6d67e98-83ea-49f0-8812-e4abae2b68bc"}`
	return report.Exchange{Number: number, Operation: "createAssessment", Method: "POST", URL: "http://127.0.0.1:8080/v5/assessments", Key: "$ASSAY_APIKEY",
		RequestBody: body, Status: 201, Header: map[string][]string{"Content-Type": {"application/json"}},
		Body: `{"id":"` + secondID + `","workflow_state":"Active"}`, Sent: began().Add(100 * time.Millisecond), Duration: 2 * time.Millisecond, Attempts: 1,
		Curl: curlOf("-X POST ", "/assessments -H 'Content-Type: application/json' -d '"+body+"'")}
}

func cancelled(number int) report.Exchange {
	path := "/assessments/" + secondID + "/cancel-workflow"
	return report.Exchange{Number: number, Operation: "cancelWorkflow", Method: "POST", URL: "http://127.0.0.1:8080/v5" + path, Key: "$ASSAY_APIKEY",
		Status: 204, Header: map[string][]string{"Date": {"Sat, 14 Mar 2026 09:26:53 GMT"}}, Sent: began().Add(200 * time.Millisecond),
		Duration: 1500 * time.Microsecond, Attempts: 1, Curl: curlOf("-X POST ", path)}
}

func readBack(number int, body string) report.Exchange {
	path := "/assessments/" + secondID
	return report.Exchange{Number: number, Operation: "getAssessment", Method: "GET", URL: "http://127.0.0.1:8080/v5" + path, Key: "$ASSAY_APIKEY",
		Status: 200, Header: map[string][]string{"Content-Type": {"application/json"}}, Body: body, Sent: began().Add(300 * time.Millisecond),
		Duration: time.Millisecond, Attempts: 1, Curl: curlOf("", path)}
}

func goodKey(when string) report.Canary {
	return report.Canary{Name: "the good key " + when, OK: true, Expected: "status 200 from GET /assessments/templates", Got: "status 200",
		Curl: curlOf("", "/assessments/templates")}
}

func badKey(when string) report.Canary {
	return report.Canary{Name: "a bad key " + when, OK: true, Expected: "status 401", Got: "status 401",
		Curl: `curl -i -H "apikey: 0c6a1f0e" http://127.0.0.1:8080/v5/assessments/templates`}
}

func secondCancel(value string) report.Observation {
	return report.Observation{Freedom: "second-cancel", What: "answer to cancelling an assessment that is cancelled already", Value: value,
		Evidence: "POST /assessments/" + secondID + "/cancel-workflow, the second time"}
}

func strangeErrorBody() report.Observation {
	return report.Observation{Freedom: "error-body", What: "body of a 4xx or 5xx", Value: hostile, Evidence: hostile}
}

func unseen() report.Observation {
	return report.Observation{Freedom: "cancel-in-error", What: "cancelling an assessment whose workflow is in Error", Evidence: "no assessment in Error was seen"}
}

func latencies() []report.Latency {
	ms := time.Millisecond
	return []report.Latency{
		{Operation: "cancelWorkflow", Count: 4, Median: 2 * ms, P95: 9 * ms, Max: 9 * ms, Samples: []time.Duration{ms, 2 * ms, 2 * ms, 9 * ms}},
		{Operation: "getAssessment", Count: 6, Median: ms, P95: 310 * ms, Max: 310 * ms, Samples: []time.Duration{ms, ms, ms, ms, 2 * ms, 310 * ms}},
		{Operation: "listAssessments", Count: 1, Median: 5 * ms, P95: 5 * ms, Max: 5 * ms, Samples: []time.Duration{5 * ms}},
	}
}
