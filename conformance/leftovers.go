package conformance

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"
)

// Leftover is an assessment that a run may have left behind.
type Leftover struct {
	Time       time.Time // of the write
	Run        string
	Target     string
	Scenario   string
	Assessment string // empty if the ID is unknown
	What       string // what is known about it
}

// Leftovers reads a ledger, and returns the assessments that were created and not
// cancelled, and the writes without a known response, in the order of the ledger.
func Leftovers(r io.Reader) ([]Leftover, error) {
	var open []Leftover
	scanner := bufio.NewScanner(r)
	scanner.Buffer(nil, 1<<20)
	for number := 1; scanner.Scan(); number++ {
		var line ledgerLine
		if err := json.Unmarshal(scanner.Bytes(), &line); err != nil || line.Event == "" {
			return nil, usage("line %d of the ledger is no entry: %.60q", number, scanner.Text())
		}
		open = line.apply(open)
	}
	if err := scanner.Err(); err != nil {
		return nil, fmt.Errorf("read the ledger: %w", err)
	}
	return open, nil
}

const (
	createUnknown = "a create was sent, its response is unknown"
	cancelUnknown = "a cancel was sent, its response is unknown"
	notCancelled  = "created, and not cancelled"
)

// apply updates the open entries.
func (line ledgerLine) apply(open []Leftover) []Leftover {
	of := Leftover{Time: line.Time, Run: line.Run, Target: line.Target, Scenario: line.Scenario, Assessment: line.Assessment}
	switch line.Event + " " + line.Kind {
	case "intent create":
		of.What = createUnknown
		return append(open, of)
	case "intent cancel":
		of.What = cancelUnknown
		return append(open, of)
	case "refused create":
		return without(open, of.Run, of.Scenario, "", createUnknown)
	case "done create":
		of.What = notCancelled
		return append(without(open, of.Run, of.Scenario, "", createUnknown), of)
	case "refused cancel":
		return without(open, of.Run, of.Scenario, of.Assessment, cancelUnknown)
	case "done cancel":
		return slices.DeleteFunc(open, func(l Leftover) bool { return l.Run == of.Run && l.Assessment == of.Assessment })
	}
	return open
}

// without drops the last matching entry.
func without(open []Leftover, run, scenario, assessment, what string) []Leftover {
	for i, l := range slices.Backward(open) {
		if l.Run == run && l.Scenario == scenario && l.Assessment == assessment && l.What == what {
			return slices.Delete(open, i, i+1)
		}
	}
	return open
}
