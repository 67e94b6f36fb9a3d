// Package features holds the requirements as executable specifications in
// Gherkin, one file a capability.
//
// Every scenario carries the IDs of the requirements that it checks, and their
// level, as tags: @CAN-01 @core. The tags are for the reader and for the suite's
// own selection; a test keeps them and the catalogue of requirements equal.
package features

import "embed"

// FS holds the .feature files at its root.
//
//go:embed *.feature
var FS embed.FS
