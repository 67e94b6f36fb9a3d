package conformance

import (
	"net/http"
	"slices"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/report"
	"example.com/assay/internal/redact"
)

// This file is the last guard of the keys. The client redacts quoted responses, but
// a target can also return a key as an ID or as the name of a field. So this file
// redacts every text of a report that can come from the target.

// redactScenario redacts the results of a scenario.
func redactScenario(r *client.Redactor, sc *report.Scenario) {
	sc.Reason, sc.Hint = r.Text(sc.Reason), r.Text(sc.Hint)
	sc.Failures, sc.Exchanges, sc.Attachments = slices.Clone(sc.Failures), slices.Clone(sc.Exchanges), slices.Clone(sc.Attachments)
	for i := range sc.Failures {
		f := &sc.Failures[i]
		f.Expected, f.Got, f.Curl = r.Text(f.Expected), r.Text(f.Got), r.Text(f.Curl)
	}
	for i := range sc.Exchanges {
		redactExchange(r, &sc.Exchanges[i])
	}
	for i := range sc.Attachments {
		sc.Attachments[i].Data = []byte(r.Text(string(sc.Attachments[i].Data)))
	}
}

func redactExchange(r *client.Redactor, e *report.Exchange) {
	e.URL, e.Curl, e.RequestBody = r.Text(e.URL), r.Text(e.Curl), r.Text(e.RequestBody)
	e.Error = r.Text(e.Error) // the client redacts the body
}

// redactReport redacts the parts of a report outside its scenarios.
func redactReport(r *client.Redactor, all *report.Report) {
	for i := range all.Reasons {
		all.Reasons[i].Text, all.Reasons[i].Hint = r.Text(all.Reasons[i].Text), r.Text(all.Reasons[i].Hint)
	}
	for i := range all.Canaries {
		c := &all.Canaries[i]
		c.Got, c.Hint, c.Curl = r.Text(c.Got), r.Text(c.Hint), r.Text(c.Curl)
	}
	for i := range all.Observations {
		o := &all.Observations[i]
		o.Value, o.Evidence = r.Text(o.Value), r.Text(o.Evidence)
	}
	for i := range all.Requirements {
		all.Requirements[i].Hint = r.Text(all.Requirements[i].Hint)
	}
	for i := range all.Notes {
		all.Notes[i] = r.Text(all.Notes[i])
	}
	for i := range all.Leftovers {
		l := &all.Leftovers[i]
		l.Assessment, l.Why, l.Curl = r.Text(l.Assessment), r.Text(l.Why), r.Text(l.Curl)
	}
}

// headerSecrets returns the credentials in the user's own headers.
func headerSecrets(h http.Header) []client.Key {
	var secrets []client.Key
	for name, values := range h {
		if !redact.Named(name) {
			continue
		}
		for _, value := range values {
			for _, secret := range redact.Credentials(value) {
				secrets = append(secrets, client.NewKey("value of the header "+name, secret))
			}
		}
	}
	return secrets
}
