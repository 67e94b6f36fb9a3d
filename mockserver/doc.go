// Package mockserver is an in-memory implementation of the assessments part of
// the Maxsight API v5. It keeps to the contract in package openapi on both
// sides: a request that breaks it is refused with the reason, and no response
// leaves that breaks it.
//
// A [Server] is an http.Handler, for tests in the same process, and can listen
// by itself with [Server.Start]. Where the public documentation leaves open what
// the real API does, the server has a named setting (Config.Settings), one for
// each freedom of the catalogue in package openapi.
//
// Everything that varies is passed in: with the same fixtures, seed, clock and
// requests, the responses are the same to the byte.
package mockserver
