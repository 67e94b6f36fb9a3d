// Package report holds the outcome of a run, and writes it for people and tools.
//
// Begin with [Report], the model. formats.go lists the writers: a new format is one
// writer in a file of its own and one row there.
package report

import (
	"encoding/json"
	"time"
)

// Schema names the version of the model.
const Schema = "assay.report/v1"

// Outcome is the outcome of one scenario or one requirement.
type Outcome string

// The outcomes. None of the last three is a pass.
const (
	Passed       Outcome = "passed"        // every assertion held, and there was at least one
	Failed       Outcome = "failed"        // an assertion did not hold
	CouldNotRun  Outcome = "could-not-run" // something broke before the assertion
	NotSupported Outcome = "not-supported" // the target lacks an undocumented operation
	Skipped      Outcome = "skipped"       // left out by the user, or without the key or host for it
)

// Outcomes lists the outcomes in the order in which reports show them.
func Outcomes() []Outcome {
	return []Outcome{Failed, CouldNotRun, NotSupported, Skipped, Passed}
}

// Verdict is the judgement of the whole run.
type Verdict string

// The verdicts.
const (
	Conformant       Verdict = "conformant"        // every requirement that decides was checked and held
	ConformantExcept Verdict = "conformant-except" // conformant, but for requirements that may stay unchecked
	Nonconformant    Verdict = "nonconformant"     // a requirement that decides does not hold
	Inconclusive     Verdict = "inconclusive"      // nothing failed, but a requirement that decides was not checked
	NotRun           Verdict = "could-not-run"     // the target could not be reached, or a step of the suite panicked
)

// Report is the outcome of a run.
type Report struct {
	Schema       string            `json:"schema"`
	Tool         Tool              `json:"tool"`
	Run          Run               `json:"run"`
	Target       Target            `json:"target"`
	Plan         Plan              `json:"plan"`
	Verdict      Verdict           `json:"verdict"`
	Reasons      List[Reason]      `json:"reasons"` // why the verdict is not better
	Counts       Counts            `json:"counts"`
	Canaries     List[Canary]      `json:"canaries"`
	Scenarios    List[Scenario]    `json:"scenarios"`
	Requirements List[Requirement] `json:"requirements"`
	Observations List[Observation] `json:"observations"`
	Notes        List[string]      `json:"notes"`     // oddities without a requirement
	Latencies    List[Latency]     `json:"latencies"` // by operation
	Leftovers    List[Leftover]    `json:"leftovers"` // assessments of the run that could not be cancelled at its end
}

// Leftover is an assessment that a run created and could not cancel.
type Leftover struct {
	Assessment string `json:"assessment"` // ID
	Why        string `json:"why"`        // it could not be cancelled
	Curl       string `json:"curl"`       // cancels it
}

// List is a slice that JSON shows as [] when it is nil.
type List[T any] []T

// MarshalJSON implements json.Marshaler.
func (l List[T]) MarshalJSON() ([]byte, error) { return json.Marshal(append([]T{}, l...)) }

// Tool is the program behind the report.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Run identifies a run.
type Run struct {
	ID       string        `json:"id"` // part of the User-Agent of every request
	Started  time.Time     `json:"started"`
	Duration time.Duration `json:"duration_ns"`
	Seed     uint64        `json:"seed"`
	Requests int           `json:"requests"`
	Slowed   int           `json:"slowed"` // responses with status 429
	Tidied   int           `json:"tidied"` // assessments that were cancelled at the end of the run
}

// Target is the deployment under test, without keys.
type Target struct {
	BaseURL        string `json:"base_url"`
	OtherRegionURL string `json:"other_region_url,omitempty"`
	WritesAllowed  bool   `json:"writes_allowed"`
}

// Plan is the extent of the run, fixed before the first request.
type Plan struct {
	Hash            string            `json:"hash"`          // of the contract, the selection and the texts of the scenarios
	ContractHash    string            `json:"contract_hash"` // SHA-256 of the OpenAPI document
	Levels          List[string]      `json:"levels"`        // the selected ones
	Only            []string          `json:"only,omitempty"`
	Skip            []string          `json:"skip,omitempty"`
	Strict          bool              `json:"strict"`                     // derived requirements decide too
	AcceptUnchecked map[string]string `json:"accept_unchecked,omitempty"` // reasons by ID
	Scenarios       int               `json:"scenarios"`
	Requirements    List[string]      `json:"requirements"` // IDs, in the order of the catalogue
}

// Reason says why a verdict is not better, and what to do about it.
type Reason struct {
	Requirement string `json:"requirement,omitempty"`
	Text        string `json:"text"`
	Hint        string `json:"hint,omitempty"` // the flag to add, for example
}

// Counts counts the scenarios by outcome.
type Counts struct {
	Passed       int `json:"passed"`
	Failed       int `json:"failed"`
	CouldNotRun  int `json:"could_not_run"`
	NotSupported int `json:"not_supported"`
	Skipped      int `json:"skipped"`
	Flaky        int `json:"flaky"` // among the passed ones
	Known        int `json:"known_failing"`
	Assertions   int `json:"assertions"`
}

// Canary is a check of the run itself: a good key works and a bad one does not,
// before and after.
type Canary struct {
	Name     string `json:"name"`
	OK       bool   `json:"ok"`
	Expected string `json:"expected"`
	Got      string `json:"got"`
	Hint     string `json:"hint,omitempty"` // the diagnosis, unless OK
	Curl     string `json:"curl,omitempty"`
}

// Scenario is the result of one scenario.
type Scenario struct {
	Feature      string        `json:"feature"`
	File         string        `json:"file"` // of the feature, without its folder
	Line         int           `json:"line"`
	Rule         string        `json:"rule,omitempty"`
	Name         string        `json:"name"`
	Requirements List[string]  `json:"requirements"`
	Level        string        `json:"level"`
	Steps        List[Step]    `json:"steps"`
	Outcome      Outcome       `json:"outcome"`
	Reason       string        `json:"reason,omitempty"` // empty for a pass
	Hint         string        `json:"hint,omitempty"`
	Defect       string        `json:"defect,omitempty"` // stack of a panic of the suite
	Flaky        bool          `json:"flaky,omitempty"`  // it passed after a request was repeated
	Known        *Known        `json:"known_failing,omitempty"`
	Assertions   int           `json:"assertions"`
	Waited       time.Duration `json:"waited_ns"` // for changes to become visible
	Duration     time.Duration `json:"duration_ns"`
	Failures     []Failure     `json:"failures,omitempty"`
	Exchanges    []Exchange    `json:"exchanges,omitempty"`
	Attachments  []Attachment  `json:"attachments,omitempty"`
}

// Known is the entry of a known failure.
type Known struct {
	Reason  string `json:"reason"`
	Owner   string `json:"owner"`
	Expires string `json:"expires"` // a date: 2026-12-31
}

// Step is one line of a scenario.
type Step struct {
	Keyword string  `json:"keyword"` // Given, When, Then, And
	Text    string  `json:"text"`
	Line    int     `json:"line"`
	Outcome Outcome `json:"outcome"`
}

// Failure is one assertion that did not hold.
type Failure struct {
	Requirement string       `json:"requirement"`
	Level       string       `json:"level"`
	Sources     List[string] `json:"sources"` // URLs of the pages behind the requirement
	Step        string       `json:"step"`
	Expected    string       `json:"expected"`
	Got         string       `json:"got"`
	Curl        string       `json:"curl,omitempty"`     // repeats the call
	Exchange    int          `json:"exchange,omitempty"` // its number; 0: none, or several
}

// Exchange is one request and its response, with keys replaced.
type Exchange struct {
	Number      int                 `json:"number"`
	Operation   string              `json:"operation,omitempty"`
	Method      string              `json:"method"`
	URL         string              `json:"url"`
	Key         string              `json:"key"` // the name of its environment variable
	RequestBody string              `json:"request_body,omitempty"`
	Status      int                 `json:"status"` // 0: no response
	Header      map[string][]string `json:"header,omitempty"`
	Body        string              `json:"body,omitempty"`
	Error       string              `json:"error,omitempty"`
	Sent        time.Time           `json:"sent"`
	Duration    time.Duration       `json:"duration_ns"`
	Attempts    int                 `json:"attempts"`
	Curl        string              `json:"curl"`
}

// Attachment is a file about a failure.
type Attachment struct {
	Name      string     `json:"name"`
	MediaType string     `json:"media_type"`
	Data      List[byte] `json:"data"`
}

// Requirement is the result of one requirement over all its scenarios.
type Requirement struct {
	ID        string       `json:"id"`
	Level     string       `json:"level"`
	Text      string       `json:"text"`
	Sources   List[string] `json:"sources"`
	Outcome   Outcome      `json:"outcome"`
	Counts    bool         `json:"counts"` // it decides the verdict
	Scenarios List[string] `json:"scenarios"`
	Hint      string       `json:"hint,omitempty"`
}

// Observation is the behaviour of the target in one freedom. It is never a failure.
type Observation struct {
	Freedom  string `json:"freedom"`
	What     string `json:"what"`
	Value    string `json:"value"` // one of the catalogue's, a duration, or words; empty: not seen
	Evidence string `json:"evidence"`
}

// Latency summarizes the duration of an operation.
type Latency struct {
	Operation string              `json:"operation"`
	Count     int                 `json:"count"`
	Median    time.Duration       `json:"median_ns"`
	P95       time.Duration       `json:"p95_ns"`
	Max       time.Duration       `json:"max_ns"`
	Samples   List[time.Duration] `json:"samples_ns"` // in the order of the run
}
