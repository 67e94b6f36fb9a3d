package main

import (
	"fmt"
	"io"
	"strings"

	"example.com/assay/openapi"
)

// printFreedoms lists everything that --set can choose.
func printFreedoms(p *process) (int, error) {
	catalogue, err := openapi.LoadCatalogue()
	if err != nil {
		return exitCouldNotRun, err
	}
	fmt.Fprintln(p.stdout, "What no public source settles, and --set chooses (the default first):")
	for _, f := range catalogue.Freedoms {
		describeFreedom(p.stdout, f)
	}
	return exitOK, nil
}

func describeFreedom(w io.Writer, f openapi.Freedom) {
	values := f.Values
	if f.Duration {
		values = append(values, "a duration such as 750ms")
	}
	fmt.Fprintf(w, "\n%s: %s\n", f.Name, f.What)
	fmt.Fprintf(w, "    values:  %s\n", strings.Join(values, ", "))
	fmt.Fprintf(w, "    reason:  %s\n", f.Reason)
	fmt.Fprintf(w, "    example: %s\n", f.Example)
}
