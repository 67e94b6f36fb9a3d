package journal_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"example.com/assay/mockserver/internal/journal"
)

// TestManyWaitAtOnce wakes 64 that wait, and tells 64 streams, of which one never
// reads: it is dropped, and holds nobody up.
func TestManyWaitAtOnce(t *testing.T) {
	t.Parallel()
	const many = 64
	j := journal.New(1, "i", journal.Limits{Entries: 1, Bytes: 1 << 20}, operations())
	slow := j.Follow(journal.Filter{}, 1)
	var streams []*journal.Stream
	for range many {
		s := j.Follow(journal.Filter{}, 10)
		defer s.Close()
		streams = append(streams, s)
	}
	var waiting sync.WaitGroup
	for range many {
		waiting.Go(func() {
			if found, err := j.Wait(t.Context(), journal.Filter{After: 2}, 1); err != nil || found[0].Number != 3 {
				t.Errorf("waited: got %v, %v, want number 3", found, err)
			}
		})
	}
	for range 3 {
		plain(j, "/")
	}
	waiting.Wait()
	for _, s := range streams {
		for want := uint64(1); want <= 3; want++ {
			if event, err := s.Next(t.Context()); err != nil || event.Entry.Number != want {
				t.Fatalf("followed: got %+v, %v, want number %d", event, err, want)
			}
		}
	}
	if _, err := slow.Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := slow.Next(t.Context()); !errors.Is(err, journal.ErrSlow) {
		t.Errorf("the slow one: got %v, want %v", err, journal.ErrSlow)
	}
}

// TestOneEntry keeps the latest alone. Who waits for two of them at once waits in
// vain, and no longer than was said; a count says that it cannot be told.
func TestOneEntry(t *testing.T) {
	t.Parallel()
	j := journal.New(1, "i", journal.Limits{Entries: 1, Bytes: 1}, operations())
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan []journal.Entry)
	go func() {
		found, err := j.Wait(ctx, journal.Filter{}, 2)
		if !errors.Is(err, journal.ErrTimeout) {
			t.Errorf("got %v, want %v", err, journal.ErrTimeout)
		}
		ended <- found
	}()
	for range 5 {
		plain(j, "/")
	}
	cancel()
	if found := <-ended; len(found) > 1 {
		t.Errorf("waited: got %d entries, want what was kept", len(found))
	}
	five := 5
	v, err := j.Verify([]journal.Expectation{{Exactly: &five}})
	if err != nil || v.OK || !strings.Contains(v.Results[0].Reason, "cannot verify") || v.Stats.Evicted != 4 {
		t.Errorf("got %+v, %v, want that it cannot be verified", v, err)
	}
}

// TestCriteriaThatContradict are met by nothing, in no time.
func TestCriteriaThatContradict(t *testing.T) {
	t.Parallel()
	j := journal.New(1, "i", journal.DefaultLimits(), operations())
	exchange(j, httptest.NewRequest(http.MethodGet, "/", http.NoBody), func(w http.ResponseWriter) { w.WriteHeader(http.StatusOK) })
	for name, filter := range map[string]journal.Filter{
		"after and before":       {After: 5, Before: 3},
		"a change with a method": {Kind: journal.KindControl, Method: http.MethodGet},
		"no fault of a rule":     {Fault: "fault-1", Refused: new(bool), State: "Active"},
	} {
		zero := 0
		if v, err := j.Verify([]journal.Expectation{{Filter: filter, Exactly: &zero}, {Filter: filter}}); err != nil || !v.Results[0].OK || v.Results[1].OK {
			t.Errorf("%s: got %+v, %v, want none found", name, v, err)
		}
	}
}
