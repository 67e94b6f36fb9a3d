// Package conformance checks whether a deployment of the assessments API conforms
// to its public guides. It sends HTTP requests only, and knows nothing about the
// implementation.
//
// [Run] takes a [Target] and [Options], and returns a report. Begin reading in
// run.go; suite.go has the state of a run, precheck.go and diagnose.go look at the
// target, godog.go runs the scenarios, and verdict.go judges.
//
// A run creates and cancels assessments only with Options.AllowCancel: its own ones,
// and those of Target.AssessmentIDs.
package conformance
