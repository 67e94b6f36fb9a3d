package conformance_test

import (
	"sync"
	"testing"
	"time"

	"example.com/assay/conformance"
	"example.com/assay/conformance/report"
	"example.com/assay/mockserver"
)

const (
	// awkwardSeeds is with how many seeds the awkward mode is checked.
	awkwardSeeds = 50
	// awkwardAtOnce is how many of those runs share the machine: they wait more
	// than they work.
	awkwardAtOnce = 4
)

// TestAwkwardMockConforms has every freedom vary from one request to the next: no
// requirement may lean on what the documentation leaves open.
func TestAwkwardMockConforms(t *testing.T) {
	t.Parallel()
	seeds := make(chan uint64)
	var wg sync.WaitGroup
	for range awkwardAtOnce {
		wg.Go(func() {
			for seed := range seeds {
				checkAwkward(t, seed)
			}
		})
	}
	for seed := range uint64(awkwardSeeds) {
		seeds <- seed
	}
	close(seeds)
	wg.Wait()
}

func checkAwkward(t *testing.T, seed uint64) {
	t.Helper()
	server, err := mockserver.New(mockserver.Config{Awkward: true, Seed: seed})
	if err != nil {
		t.Error(err)
		return
	}
	if err := server.Start(); err != nil {
		t.Error(err)
		return
	}
	o := quick()
	o.Seed = seed + 1                                               // 0 would draw one
	o.VisibilityTimeout, o.Timeout = 30*time.Second, 30*time.Second // the machine is shared
	r, err := conformance.Run(t.Context(), targetOf(server), o)
	if err == nil && r.Verdict != report.Conformant {
		t.Errorf("seed %d: got the verdict %s", seed, r.Verdict)
		logReasons(t, r)
	}
	for _, err := range []error{err, server.Close()} {
		if err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
	}
}
