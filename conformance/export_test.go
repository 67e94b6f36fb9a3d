package conformance

import "example.com/assay/conformance/report"

// Judge gives the report its verdict.
func Judge(r *report.Report) { (&suite{report: r}).judge(nil) }
