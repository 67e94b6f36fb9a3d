package conformance

import (
	"encoding/json"
	"os"
	"sync"
	"time"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/internal/target"
)

// ledgerLine is one line of a ledger: a write before it is sent, or its result.
type ledgerLine struct {
	Time       time.Time `json:"time"`
	Run        string    `json:"run"`
	Target     string    `json:"target"`
	Event      string    `json:"event"` // intent; then done or refused
	Kind       string    `json:"kind"`  // create, cancel
	Assessment string    `json:"assessment,omitempty"`
	Body       string    `json:"body,omitempty"` // of a create
	Scenario   string    `json:"scenario"`
}

// ledger writes a line before each write to the target, and one after it.
type ledger struct {
	mu     sync.Mutex
	file   *os.File
	run    string
	target string

	redactor *client.Redactor
}

// maxLedgerBody is how much of a request's body the ledger keeps, in bytes.
const maxLedgerBody = 4 << 10

func openLedger(path, run, target string) (*ledger, error) {
	l := &ledger{run: run, target: target}
	if path == "" {
		return l, nil
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600) //nolint:gosec // the user's own file
	if err != nil {
		return nil, usage("--ledger: cannot open the file: %v", err)
	}
	l.file = file
	return l, nil
}

func (l *ledger) intent(w target.Write) error {
	return l.write(ledgerLine{Event: "intent", Kind: w.Kind, Assessment: w.AssessmentID, Body: w.Body, Scenario: w.Scenario})
}

func (l *ledger) done(w target.Write, came target.Written) {
	line := ledgerLine{Event: "refused", Kind: w.Kind, Assessment: w.AssessmentID, Body: w.Body, Scenario: w.Scenario}
	if came.OK {
		line.Event = "done"
	}
	if came.Created != "" {
		line.Assessment = came.Created
	}
	_ = l.write(line) // without it the intent remains, as a leftover
}

// write appends a line and flushes it to the disk.
func (l *ledger) write(line ledgerLine) error {
	if l.file == nil {
		return nil
	}
	line.Time, line.Run, line.Target = time.Now().UTC(), l.run, l.target
	line.Assessment = l.redactor.Text(line.Assessment) // it comes from the target
	line.Body = l.redactor.Prefix([]byte(line.Body), maxLedgerBody)
	data, err := json.Marshal(line)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, err := l.file.Write(append(data, '\n')); err != nil {
		return err
	}
	return l.file.Sync()
}

func (l *ledger) close() {
	if l.file != nil {
		_ = l.file.Close() // each line is flushed
	}
}
