package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
)

// follow prints the entries of a stream until it ends or is interrupted.
func (c *ctlCall) follow(ctx context.Context, p *process, client *ctlClient, r *ctlRequest, asJSON bool) error {
	response, err := client.send(ctx, r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, maxResponse)
	event := ""
	for lines.Scan() {
		if name, named := strings.CutPrefix(lines.Text(), "event: "); named {
			event = name
		}
		data, isData := strings.CutPrefix(lines.Text(), "data: ")
		if !isData {
			continue
		}
		if last, err := c.showEvent(p, event, data, asJSON); last {
			return err
		}
	}
	if err := lines.Err(); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// showEvent prints an event, and reports whether it is the last. Notices go to
// stderr.
func (c *ctlCall) showEvent(p *process, event, data string, asJSON bool) (last bool, err error) {
	value := (&ctlResponse{content: []byte(data)}).value()
	reason := textOf(at(value, "reason"))
	switch {
	case event == "reset":
		fmt.Fprintln(p.stderr, "assay ctl: the journal was cleared; it starts again at 1")
	case event == "dropped":
		return true, errors.New(reason)
	case event == "ended":
		fmt.Fprintf(p.stderr, "assay ctl: the stream ended: %s\n", reason)
		return true, nil
	case asJSON:
		fmt.Fprintln(p.stdout, data)
	default:
		fmt.Fprintln(p.stdout, strings.TrimRight(row(value, parseColumns(c.Columns)), "\t"))
	}
	return false, nil
}
