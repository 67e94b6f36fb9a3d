package conformance_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/assay/conformance"
)

func TestLedgerNamesEveryWrite(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger")
	o := quick()
	o.Ledger, o.Keep = path, true
	r := run(t, targetOf(startMock(t, nil)), o)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	writes := 0
	for _, sc := range r.Scenarios {
		for _, e := range sc.Exchanges {
			if isWrite(e) {
				writes++
			}
		}
	}
	if got := strings.Count(string(data), `"event":"intent"`); got < writes {
		t.Errorf("intents in the ledger: got %d, want one for each of %d writes", got, writes)
	}
	left, err := conformance.Leftovers(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range left {
		if l.Assessment == "" || l.What != "created, and not cancelled" {
			t.Errorf("left behind: got %+v, want nothing but assessments that were created", l)
		}
	}
	if len(left) == 0 {
		t.Error("left behind: got nothing, want the assessments that scenarios create and do not cancel")
	}
}

func TestLeftovers(t *testing.T) {
	t.Parallel()
	const head = `{"run":"r","target":"t","scenario":"s",`
	tests := []struct {
		name  string
		lines []string
		want  []string // ID and what is known, in order
		err   string
	}{
		{name: "nothing"},
		{name: "created and cancelled", lines: []string{
			head + `"event":"intent","kind":"create"}`, head + `"event":"done","kind":"create","assessment":"a"}`,
			head + `"event":"intent","kind":"cancel","assessment":"a"}`, head + `"event":"done","kind":"cancel","assessment":"a"}`,
		}},
		{name: "a crash after the create", lines: []string{head + `"event":"intent","kind":"create"}`}, want: []string{": a create was sent, its response is unknown"}},
		{name: "a refused create", lines: []string{head + `"event":"intent","kind":"create"}`, head + `"event":"refused","kind":"create"}`}},
		{name: "a refused cancel", lines: []string{
			head + `"event":"intent","kind":"create"}`, head + `"event":"done","kind":"create","assessment":"a"}`,
			head + `"event":"intent","kind":"cancel","assessment":"a"}`, head + `"event":"refused","kind":"cancel","assessment":"a"}`,
		}, want: []string{"a: created, and not cancelled"}},
		{name: "a crash in a cancel", lines: []string{head + `"event":"intent","kind":"cancel","assessment":"a"}`}, want: []string{"a: a cancel was sent, its response is unknown"}},
		{name: "not a ledger", lines: []string{"hello"}, err: "line 1 of the ledger"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			left, err := conformance.Leftovers(strings.NewReader(strings.Join(tt.lines, "\n")))
			if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Fatalf("error: got %v, want one with %q", err, tt.err)
			}
			var got []string
			for _, l := range left {
				got = append(got, l.Assessment+": "+l.What)
			}
			if strings.Join(got, "\n") != strings.Join(tt.want, "\n") {
				t.Errorf("left behind: got %q, want %q", got, tt.want)
			}
		})
	}
}
