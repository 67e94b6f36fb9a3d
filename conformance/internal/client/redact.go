package client

import "example.com/assay/internal/redact"

// Redactor replaces keys by their names.
type Redactor = redact.Redactor

// NewRedactor returns a Redactor for the values of the keys.
func NewRedactor(keys ...Key) *Redactor {
	var secrets []redact.Secret
	for _, k := range keys {
		secrets = append(secrets, redact.Secret{Name: "[" + k.name + "]", Value: k.text()})
	}
	return redact.New(secrets...)
}
