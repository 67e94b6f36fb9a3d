package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"example.com/assay/conformance/prove"
)

// proofOutput is a format of a proof and where it goes: "" for standard output.
type proofOutput struct{ format, path string }

type proofOutputs []proofOutput

// parseProofOutputs reads "text,json:FILE".
func parseProofOutputs(text string) (proofOutputs, error) {
	var outputs proofOutputs
	for part := range strings.SplitSeq(text, ",") {
		format, path, named := strings.Cut(strings.TrimSpace(part), ":")
		if !slices.Contains(prove.Formats(), format) || named && path == "" {
			return nil, fmt.Errorf("--report: expected FORMAT or FORMAT:FILE with a format out of %s, got %q", strings.Join(prove.Formats(), ", "), part)
		}
		if path == "-" {
			path = ""
		}
		if slices.ContainsFunc(outputs, func(o proofOutput) bool { return o.path == path }) {
			return nil, fmt.Errorf("--report: expected each to go elsewhere, got two for the same place: %s", text)
		}
		outputs = append(outputs, proofOutput{format, path})
	}
	return outputs, nil
}

func (outputs proofOutputs) write(stdout io.Writer, r *prove.Result) error {
	for _, o := range outputs {
		var b bytes.Buffer
		if err := prove.Write(&b, o.format, r); err != nil {
			return err
		}
		if o.path == "" {
			if _, err := stdout.Write(b.Bytes()); err != nil {
				return err
			}
			continue
		}
		if err := os.WriteFile(o.path, b.Bytes(), 0o644); err != nil { //nolint:gosec // a report is for everyone to read
			return fmt.Errorf("--report: %w", err)
		}
	}
	return nil
}

// proofProgress shows how far a proof is: in one line that is written over on a
// terminal, in a line now and then elsewhere.
type proofProgress struct {
	w        io.Writer
	terminal bool
	told     int // tenths that were told already
}

func newProofProgress(p *process) *proofProgress {
	return &proofProgress{w: p.stderr, terminal: isTerminal(p.stderr)}
}

func (p *proofProgress) show(now prove.Progress) {
	tenth := 10 * now.Done / now.Total
	switch {
	case !now.OK && p.terminal:
		fmt.Fprintf(p.w, "\r\x1b[Kwrong verdict: %s\n", now.Name)
	case !now.OK:
		fmt.Fprintf(p.w, "wrong verdict: %s\n", now.Name)
	}
	switch {
	case p.terminal:
		fmt.Fprintf(p.w, "\r\x1b[K%d of %d tried", now.Done, now.Total)
		if now.Done == now.Total {
			fmt.Fprintln(p.w)
		}
	case tenth > p.told:
		p.told = tenth
		fmt.Fprintf(p.w, "%d of %d tried\n", now.Done, now.Total)
	}
}
