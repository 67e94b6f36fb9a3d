package main

import (
	"fmt"
	"io"

	"example.com/assay/conformance/prove"
)

// proofProgress shows the progress of a proof: on a terminal in one line, elsewhere
// in a line per tenth.
type proofProgress struct {
	w        io.Writer
	terminal bool
	tenths   int // that were shown
}

func (p *proofProgress) show(now prove.Progress) {
	erase := ""
	if p.terminal {
		erase = "\r\x1b[K"
	}
	if !now.OK {
		fmt.Fprintf(p.w, "%swrong verdict: %s\n", erase, now.Name)
	}
	tenths := 10 * now.Done / now.Total
	if !p.terminal && tenths == p.tenths {
		return
	}
	end := "\n"
	if p.terminal && now.Done < now.Total {
		end = ""
	}
	p.tenths = tenths
	fmt.Fprintf(p.w, "%s%d of %d tried%s", erase, now.Done, now.Total, end)
}
