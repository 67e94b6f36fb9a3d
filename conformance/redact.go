package conformance

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/report"
)

// This file is the last guard of the keys. What is quoted of a response has them
// replaced where it is quoted; but anything that a target has made up, an ID or
// the name of a field, can be a key that it was sent. So everything in a report
// that could come from the target is gone over once more.

// redactScenario replaces every key in what a scenario came to.
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
	e.Error = r.Text(e.Error) // the body was gone over when it came
}

// redactReport does the same to what is not part of any scenario.
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
}

// secretName matches the names of headers with secret values.
var secretName = regexp.MustCompile(`(?i)auth|cookie|key|secret|session|token`)

// headerSecrets lists what the user's own headers hold that must not be written
// down: the credentials, with and without the word before them that says of which
// kind they are.
func headerSecrets(h http.Header) []client.Key {
	var secrets []client.Key
	for name, values := range h {
		if !secretName.MatchString(name) {
			continue
		}
		for _, value := range values {
			secrets = append(secrets, client.NewKey("value of the header "+name, value))
			if _, credentials, ok := strings.Cut(value, " "); ok {
				secrets = append(secrets, client.NewKey("value of the header "+name, credentials))
			}
		}
	}
	return secrets
}
