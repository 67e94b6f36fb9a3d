package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
)

// follow prints the entries of a stream until it ends, or is interrupted.
func follow(ctx context.Context, p *process, c *ctlClient, path string, o *ctlOptions, v *verb) (int, error) {
	response, err := c.send(ctx, v.method, path, nil)
	if err != nil {
		return ctlCode(err), err
	}
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, maxAnswer)
	event := ""
	for lines.Scan() {
		if name, named := strings.CutPrefix(lines.Text(), "event: "); named {
			event = name
		}
		data, isData := strings.CutPrefix(lines.Text(), "data: ")
		if !isData {
			continue
		}
		switch over, err := tell(p, event, &ctlAnswer{content: []byte(data)}, o, v); {
		case err != nil:
			return exitCouldNotRun, err
		case over:
			return exitOK, nil
		}
	}
	if err := lines.Err(); err != nil && !errors.Is(err, context.Canceled) {
		return exitCouldNotRun, err
	}
	return exitOK, nil
}

// tell prints an event of a stream, and reports whether it is the last. What is no
// entry is said beside them, on stderr.
func tell(p *process, event string, data *ctlAnswer, o *ctlOptions, v *verb) (over bool, err error) {
	reason := textOf(at(data.value(), "reason"))
	switch {
	case event == "reset":
		fmt.Fprintln(p.stderr, "assay ctl: the journal begins anew")
	case event == "dropped":
		return true, fmt.Errorf("journal follow: expected to keep up with what comes, and did not: %s", reason)
	case event == "ended":
		fmt.Fprintf(p.stderr, "assay ctl: no more comes: %s\n", reason)
		return true, nil
	case o.json:
		fmt.Fprintln(p.stdout, string(data.content))
	default:
		fmt.Fprintln(p.stdout, strings.TrimRight(row(data.value(), columns(v.show)), "\t"))
	}
	return false, nil
}
