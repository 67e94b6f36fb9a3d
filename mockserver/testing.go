package mockserver

import "testing"

// Start runs a server for a test on a free port of 127.0.0.1, or at Config.Addr, and
// stops it at the end of the test. A server that cannot start fails the test.
func Start(t testing.TB, cfg Config) *Server {
	t.Helper()
	s, err := New(cfg)
	if err == nil {
		err = s.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
