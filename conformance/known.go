package conformance

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"example.com/assay/conformance/report"
	"example.com/assay/internal/textfile"
)

// KnownFailure is an accepted failure, with a reason and an expiry date.
type KnownFailure struct {
	Requirement string `yaml:"requirement"` // an ID; or
	Scenario    string `yaml:"scenario"`    // its name
	Symptom     string `yaml:"symptom"`     // part of the expectation or the observation
	Reason      string `yaml:"reason"`
	Owner       string `yaml:"owner"`
	Expires     string `yaml:"expires"` // last day, as in 2026-12-31
}

// ParseKnownFailures reads a YAML list of known failures; name is the name of the
// file, for messages. Unknown keys, missing fields, and IDs or names without a match
// are a UsageError.
func ParseKnownFailures(name string, data []byte) ([]KnownFailure, error) {
	data, err := textfile.Decode(name, data)
	if err != nil {
		return nil, usage("%v", err)
	}
	var known []KnownFailure
	if err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(&known); err != nil {
		return nil, usage("%s: not a YAML list of known failures: %s", name, yaml.FormatError(err, false, false))
	}
	plan, err := NewPlan(Selection{})
	if err != nil {
		return nil, err
	}
	var m usageErrors
	for i, k := range known {
		if err := k.check(plan); err != nil {
			m.add("%s: entry %d: %v", name, i+1, err)
		}
	}
	if err := m.err(); err != nil {
		return nil, err
	}
	return known, nil
}

func (k KnownFailure) check(plan *Plan) error {
	_, isRequirement := plan.catalogue.Requirement(k.Requirement)
	isScenario := slices.ContainsFunc(plan.Scenarios, func(sc report.Scenario) bool { return sc.Name == k.Scenario })
	_, err := time.Parse(time.DateOnly, k.Expires)
	switch {
	case (k.Requirement == "") == (k.Scenario == ""):
		return fmt.Errorf("set either requirement or scenario")
	case k.Requirement != "" && !isRequirement:
		return fmt.Errorf("requirement: unknown ID %q; use one such as CAN-01", k.Requirement)
	case k.Scenario != "" && !isScenario:
		return fmt.Errorf("scenario: unknown name %q; assay verify --list shows the names", k.Scenario)
	case k.Symptom == "" || k.Reason == "" || k.Owner == "":
		return fmt.Errorf("symptom, reason and owner are required, got %q, %q and %q", k.Symptom, k.Reason, k.Owner)
	case err != nil:
		return fmt.Errorf("expires: invalid date %q; use one such as 2026-12-31", k.Expires)
	}
	return nil
}

func (k KnownFailure) covers(sc report.Scenario) bool {
	return sc.Name == k.Scenario || slices.Contains(sc.Requirements, k.Requirement)
}

func (k KnownFailure) explains(sc report.Scenario) bool {
	return !slices.ContainsFunc(sc.Failures, func(f report.Failure) bool {
		return !strings.Contains(f.Expected+"\n"+f.Got, k.Symptom)
	})
}

func (k KnownFailure) name() string {
	if k.Requirement != "" {
		return k.Requirement
	}
	return fmt.Sprintf("%q", k.Scenario)
}

// expired reports whether the entry's last day is over.
func (k KnownFailure) expired(now time.Time) bool {
	last, err := time.Parse(time.DateOnly, k.Expires)
	return err != nil || now.After(last.AddDate(0, 0, 1))
}

// markKnown marks the scenario if its failure is known.
func markKnown(sc *report.Scenario, known []KnownFailure, now time.Time) {
	for _, k := range known {
		if sc.Outcome == report.Failed && !k.expired(now) && k.covers(*sc) && k.explains(*sc) {
			sc.Known = &report.Known{Reason: k.Reason, Owner: k.Owner, Expires: k.Expires}
			return
		}
	}
}

// wrongEntries returns the entries that have expired, have no failure any more, or
// have a scenario with another failure.
func wrongEntries(r *report.Report, known []KnownFailure, now time.Time) []report.Reason {
	var wrong []report.Reason
	for _, k := range known {
		for _, what := range k.wrong(r, now) {
			wrong = append(wrong, report.Reason{Requirement: k.Requirement, Text: "known failure " + k.name() + ": " + what, Hint: "correct or remove the entry"})
		}
	}
	return wrong
}

func (k KnownFailure) wrong(r *report.Report, now time.Time) []string {
	if k.expired(now) {
		return []string{fmt.Sprintf("it expired on %s (owner: %s)", k.Expires, k.Owner)}
	}
	var wrong []string
	passed, failed := false, false
	for _, sc := range r.Scenarios {
		if !k.covers(sc) {
			continue
		}
		passed = passed || sc.Outcome == report.Passed
		failed = failed || sc.Outcome == report.Failed
		if sc.Outcome == report.Failed && !k.explains(sc) {
			wrong = append(wrong, fmt.Sprintf("%q fails in another way than %q", sc.Name, k.Symptom))
		}
	}
	if passed && !failed {
		wrong = append(wrong, "stale: nothing fails any more")
	}
	return wrong
}
