// Package report is the outcome of a run: a model that holds everything which
// was found, and writers that turn it into what people and their tools read.
package report

import "time"

// Schema names the version of the model. A reader that knows it can read every
// report that carries it.
const Schema = "assay.report/v1"

// Outcome is what became of one scenario, or of one requirement.
type Outcome string

// The outcomes. They are five different things, and none of the last three is a
// pass.
const (
	Passed       Outcome = "passed"        // every assertion held, and there was one at least
	Failed       Outcome = "failed"        // an assertion did not hold
	CouldNotRun  Outcome = "could-not-run" // something broke before the question could be put
	NotSupported Outcome = "not-supported" // the target does not offer what nobody promised
	Skipped      Outcome = "skipped"       // the user left it out, or did not give what it needs
)

// Outcomes lists the outcomes in the order in which reports show them.
func Outcomes() []Outcome {
	return []Outcome{Failed, CouldNotRun, NotSupported, Skipped, Passed}
}

// Verdict is what the whole run says of the target.
type Verdict string

// The verdicts.
const (
	Conformant    Verdict = "conformant"    // everything that counts was checked and held
	Nonconformant Verdict = "nonconformant" // something that counts did not hold
	Inconclusive  Verdict = "inconclusive"  // nothing failed, but not all that counts could be checked
	NotRun        Verdict = "could-not-run" // the target could not be asked at all
)

// Report is the whole outcome of a run.
type Report struct {
	Schema       string        `json:"schema"`
	Tool         Tool          `json:"tool"`
	Run          Run           `json:"run"`
	Target       Target        `json:"target"`
	Plan         Plan          `json:"plan"`
	Verdict      Verdict       `json:"verdict"`
	Reasons      []Reason      `json:"reasons"` // why the verdict is not a better one
	Counts       Counts        `json:"counts"`
	Canaries     []Canary      `json:"canaries"`
	Scenarios    []Scenario    `json:"scenarios"`
	Requirements []Requirement `json:"requirements"`
	Observations []Observation `json:"observations"`
	Notes        []string      `json:"notes"`     // what was odd and is nobody's fault
	Latencies    []Latency     `json:"latencies"` // by operation
}

// Tool is the program that made the report.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Run says when it was, and how to tell it from others.
type Run struct {
	ID       string        `json:"id"` // stands in the User-Agent of every request
	Started  time.Time     `json:"started"`
	Duration time.Duration `json:"duration_ns"`
	Seed     uint64        `json:"seed"`
	Requests int           `json:"requests"`
	Slowed   int           `json:"slowed"` // how often the target answered 429
}

// Target is who was asked, keys left out.
type Target struct {
	BaseURL        string `json:"base_url"`
	OtherRegionURL string `json:"other_region_url,omitempty"`
	WritesAllowed  bool   `json:"writes_allowed"`
}

// Plan is what the run set out to check, fixed before the first request.
type Plan struct {
	Hash         string   `json:"hash"`          // of everything below, and of the scenarios' texts
	ContractHash string   `json:"contract_hash"` // SHA-256 of the OpenAPI document
	Levels       []string `json:"levels"`        // that were selected
	Only         []string `json:"only,omitempty"`
	Skip         []string `json:"skip,omitempty"`
	Strict       bool     `json:"strict"` // whether derived requirements decide too
	Scenarios    int      `json:"scenarios"`
	Requirements []string `json:"requirements"` // IDs, in the order of the catalogue
}

// Reason says why a verdict is not a better one, and what to do about it.
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
	Flaky        int `json:"flaky"` // of those that passed
	Known        int `json:"known_failing"`
	Assertions   int `json:"assertions"`
}

// Canary is a check that the run itself can be trusted: a good key works, a bad
// one does not, before and after.
type Canary struct {
	Name     string `json:"name"`
	OK       bool   `json:"ok"`
	Expected string `json:"expected"`
	Got      string `json:"got"`
	Hint     string `json:"hint,omitempty"` // the diagnosis, when it is not OK
	Curl     string `json:"curl,omitempty"`
}

// Scenario is what became of one scenario.
type Scenario struct {
	Feature      string        `json:"feature"`
	File         string        `json:"file"` // of the feature, without a folder
	Line         int           `json:"line"`
	Rule         string        `json:"rule,omitempty"`
	Name         string        `json:"name"`
	Requirements []string      `json:"requirements"`
	Level        string        `json:"level"`
	Steps        []Step        `json:"steps"`
	Outcome      Outcome       `json:"outcome"`
	Reason       string        `json:"reason,omitempty"` // of anything but a pass
	Hint         string        `json:"hint,omitempty"`
	Flaky        bool          `json:"flaky,omitempty"` // a request had to be made twice
	Known        *Known        `json:"known_failing,omitempty"`
	Assertions   int           `json:"assertions"`
	Waited       time.Duration `json:"waited_ns"` // for changes to become visible
	Duration     time.Duration `json:"duration_ns"`
	Failures     []Failure     `json:"failures,omitempty"`
	Exchanges    []Exchange    `json:"exchanges,omitempty"`
	Attachments  []Attachment  `json:"attachments,omitempty"`
}

// Known says that the failure was expected, by whom, and until when.
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
	Requirement string   `json:"requirement"`
	Level       string   `json:"level"`
	Sources     []string `json:"sources"` // URLs of the pages that state the requirement
	Step        string   `json:"step"`
	Expected    string   `json:"expected"`
	Got         string   `json:"got"`
	Curl        string   `json:"curl,omitempty"`     // makes the same call again
	Exchange    int      `json:"exchange,omitempty"` // number of the exchange, 0 if there is no single one
}

// Exchange is one request and what came back, with every key replaced.
type Exchange struct {
	Number      int                 `json:"number"`
	Operation   string              `json:"operation,omitempty"`
	Method      string              `json:"method"`
	URL         string              `json:"url"`
	Key         string              `json:"key"` // the name of the variable that holds it
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

// Attachment is a file that explains a failure.
type Attachment struct {
	Name      string `json:"name"`
	MediaType string `json:"media_type"`
	Data      []byte `json:"data"`
}

// Requirement is what became of one requirement, over all of its scenarios.
type Requirement struct {
	ID        string   `json:"id"`
	Level     string   `json:"level"`
	Text      string   `json:"text"`
	Sources   []string `json:"sources"`
	Outcome   Outcome  `json:"outcome"`
	Counts    bool     `json:"counts"` // whether it decides the verdict
	Scenarios []string `json:"scenarios"`
	Hint      string   `json:"hint,omitempty"`
}

// Observation is how the target uses one freedom that no public page settles.
// It is never a failure.
type Observation struct {
	Freedom  string `json:"freedom"`
	What     string `json:"what"`
	Value    string `json:"value"` // one of the catalogue's, a duration, or words; "" if it was not seen
	Evidence string `json:"evidence"`
}

// Latency sums up how long an operation took.
type Latency struct {
	Operation string          `json:"operation"`
	Count     int             `json:"count"`
	Median    time.Duration   `json:"median_ns"`
	P95       time.Duration   `json:"p95_ns"`
	Max       time.Duration   `json:"max_ns"`
	Samples   []time.Duration `json:"samples_ns"` // every one, in the order of the run
}
