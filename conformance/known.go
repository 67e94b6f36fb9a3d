package conformance

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"example.com/assay/conformance/report"
)

// KnownFailure is an accepted failure, with a reason and a last date.
type KnownFailure struct {
	Requirement string `yaml:"requirement"` // an ID; or
	Scenario    string `yaml:"scenario"`    // the name of a scenario
	Symptom     string `yaml:"symptom"`     // part of what is expected or got when it fails
	Reason      string `yaml:"reason"`
	Owner       string `yaml:"owner"`
	Expires     string `yaml:"expires"` // a date: 2026-12-31, the last day on which it counts
}

// ParseKnownFailures reads a YAML list of known failures. name is the file's, for
// messages. Anything that could hide more than it says is a UsageError: unknown
// keys, missing fields, an ID or a name that nothing has.
func ParseKnownFailures(name string, data []byte) ([]KnownFailure, error) {
	var known []KnownFailure
	if err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(&known); err != nil {
		return nil, usage("%s: expected a YAML list of known failures: %s", name, yaml.FormatError(err, false, false))
	}
	plan, err := NewPlan(Selection{})
	if err != nil {
		return nil, err
	}
	var m mistakes
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
		return fmt.Errorf("expected either requirement or scenario")
	case k.Requirement != "" && !isRequirement:
		return fmt.Errorf("requirement: expected an ID such as CAN-01, got %q", k.Requirement)
	case k.Scenario != "" && !isScenario:
		return fmt.Errorf("scenario: expected the name of one, as `assay verify --list` shows it, got %q", k.Scenario)
	case k.Symptom == "" || k.Reason == "" || k.Owner == "":
		return fmt.Errorf("expected symptom, reason and owner, got %q, %q and %q", k.Symptom, k.Reason, k.Owner)
	case err != nil:
		return fmt.Errorf("expires: expected a date such as 2026-12-31, got %q", k.Expires)
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

// markKnown marks the scenario if it failed in a way that is known.
func markKnown(sc *report.Scenario, known []KnownFailure, now time.Time) {
	for _, k := range known {
		if sc.Outcome == report.Failed && !k.expired(now) && k.covers(*sc) && k.explains(*sc) {
			sc.Known = &report.Known{Reason: k.Reason, Owner: k.Owner, Expires: k.Expires}
			return
		}
	}
}

// wrongEntries says what is wrong with the list itself after a run: an entry that
// has expired, that nothing fails of any more, or whose scenario fails in another
// way.
func wrongEntries(r *report.Report, known []KnownFailure, now time.Time) []report.Reason {
	var wrong []report.Reason
	for _, k := range known {
		for _, what := range k.wrong(r, now) {
			wrong = append(wrong, report.Reason{Requirement: k.Requirement, Text: "known failure " + k.name() + ": " + what, Hint: "mend or remove the entry"})
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
		wrong = append(wrong, "nothing fails any more: it is stale")
	}
	return wrong
}
