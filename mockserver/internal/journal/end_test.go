package journal_test

import (
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"

	"example.com/assay/mockserver/internal/journal"
)

// TestTheEndLetsEverybodyGo ends a journal that somebody waits for and follows, and
// has others come too late.
func TestTheEndLetsEverybodyGo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		j := journal.New(1, "i", journal.DefaultLimits(), operations())
		wait := func() error { _, err := j.Wait(context.Background(), journal.Filter{}, 1); return err }
		waited, followed := make(chan error, 1), make(chan error, 1)
		go func() { waited <- wait() }()
		early := j.Follow(journal.Filter{}, 1)
		go func() { _, err := early.Next(context.Background()); followed <- err }()
		synctest.Wait()
		select {
		case err := <-waited:
			t.Fatalf("before the end: got %v, want that it waits", err)
		case err := <-followed:
			t.Fatalf("before the end: got %v, want that it waits", err)
		default:
		}
		j.End()
		j.End() // again does nothing
		late := j.Follow(journal.Filter{}, 1)
		_, lateErr := late.Next(context.Background())
		for name, got := range map[string]error{"a wait": <-waited, "a late wait": wait()} {
			if !errors.Is(got, journal.ErrEnded) {
				t.Errorf("%s: got %v, want %v", name, got, journal.ErrEnded)
			}
		}
		for name, got := range map[string]error{"a stream": <-followed, "a late stream": lateErr} {
			if !errors.Is(got, io.EOF) {
				t.Errorf("%s: got %v, want %v", name, got, io.EOF)
			}
		}
		early.Close()
		late.Close()
	})
}
