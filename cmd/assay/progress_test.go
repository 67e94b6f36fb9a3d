package main

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// screen is a terminal that knows what progress needs: a carriage return, the
// erasing of a line, and a line feed.
type screen struct{ strings.Builder }

// lines returns what the terminal shows.
func (s *screen) lines() []string {
	lines := []string{""}
	for rest := s.String(); rest != ""; {
		last := &lines[len(lines)-1]
		switch {
		case strings.HasPrefix(rest, "\r\x1b[K"):
			*last, rest = "", rest[len("\r\x1b[K"):]
		case rest[0] == '\n':
			lines, rest = append(lines, ""), rest[1:]
		default:
			*last, rest = *last+rest[:1], rest[1:]
		}
	}
	return lines
}

func TestProgressOnATerminalIsOneLine(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &screen{}
		p := startProgress(s, true, "scenarios")
		shows := func(want ...string) {
			t.Helper()
			synctest.Wait()
			p.mu.Lock()
			defer p.mu.Unlock()
			if diff := cmp.Diff(want, s.lines()); diff != "" {
				t.Errorf("after %s (-want +got):\n%s", time.Since(p.began), diff)
			}
		}
		<-time.After(2 * time.Second)
		shows("2s elapsed")
		p.set(0, 78, 90*time.Second)
		shows("0 of 78 scenarios, 2s elapsed, about 1m30s left")
		<-time.After(5 * time.Second)
		shows("0 of 78 scenarios, 7s elapsed, about 1m25s left")
		p.above(func() { fmt.Fprintln(s, "passed  CAN-01") })
		p.set(1, 78, 80*time.Second)
		shows("passed  CAN-01", "1 of 78 scenarios, 7s elapsed, about 1m20s left")
		p.set(78, 78, 0)
		shows("passed  CAN-01", "78 of 78 scenarios, 7s elapsed")
		p.close()
		shows("passed  CAN-01", "")
	})
}

func TestProgressInALogIsALineEveryTenSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var b strings.Builder
		p := startProgress(&b, false, "scenarios")
		<-time.After(logInterval / 20) // so that no state comes at the time of a line
		for i := range 25 {
			p.set(i+1, 78, 30*time.Second)
			<-time.After(time.Second)
		}
		p.above(func() { fmt.Fprintln(&b, "passed  CAN-01") })
		p.close()
		want := "10 of 78 scenarios, 10s elapsed, about 30s left\n20 of 78 scenarios, 20s elapsed, about 30s left\npassed  CAN-01\n"
		if diff := cmp.Diff(want, b.String()); diff != "" {
			t.Errorf("log (-want +got):\n%s", diff)
		}
	})
}

func TestQuietShowsNoProgress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var b strings.Builder
		p := newProgress(&process{stderr: &b}, true, "scenarios")
		p.set(1, 2, time.Second)
		<-time.After(time.Minute)
		p.close()
		if b.Len() != 0 {
			t.Errorf("got %q, want nothing", b.String())
		}
	})
}
