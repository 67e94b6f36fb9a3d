package client

// Parts of the package for its tests.
//
//nolint:gochecknoglobals // only tests see them
var (
	RetryAfter = retryAfter
	UserAgent  = userAgent
)

// Bounds for the tests.
const (
	MaxKeptBodies = maxKeptBodies
	MaxKeptHeader = maxKeptHeader
	MaxURL        = maxURL
	MaxSafe       = maxSafe
)

// Secret returns the value of a key.
func Secret(k Key) string { return k.text() }
