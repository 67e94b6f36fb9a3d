package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"example.com/assay/cmd/assay/internal/config"
	"example.com/assay/conformance"
	"example.com/assay/conformance/mutants"
	"example.com/assay/openapi"
)

// requirementEntry is a requirement with the scenarios that check it and the mutants
// that break it.
type requirementEntry struct {
	ID        string           `json:"id"`
	Level     openapi.Level    `json:"level"`
	Text      string           `json:"text"`
	Sources   []string         `json:"sources"`
	Scenarios []scenarioOfPlan `json:"scenarios"`
	Mutants   []mutantEntry    `json:"mutants"`
}

type scenarioOfPlan struct {
	Name string `json:"name"`
	File string `json:"file"`
	Line int    `json:"line"`
}

type mutantEntry struct {
	ID  string `json:"id"`
	How string `json:"how"`
}

func newRequirements(p *process) *cobra.Command {
	format := config.Choice{Value: "table", Allowed: []string{"table", "json", "markdown"}}
	cmd := newCommand(p, "requirements", "List the requirements with their scenarios and mutants", func(context.Context, []string) error {
		entries, err := requirementEntries()
		if err != nil {
			return err
		}
		switch format.Value {
		case "json":
			return writeRequirementJSON(p.stdout, entries)
		case "markdown":
			return writeRequirementMarkdown(p.stdout, entries)
		}
		return writeRequirementTable(p.stdout, entries)
	})
	cmd.Flags().Var(&format, "format", "form of the list")
	return cmd
}

// requirementIDs lists the IDs for completion. The catalogue is embedded: an error
// only means that there is nothing to offer.
func requirementIDs() []string {
	catalogue, err := openapi.LoadCatalogue()
	if err != nil {
		return nil
	}
	var ids []string
	for _, r := range catalogue.Requirements {
		ids = append(ids, r.ID)
	}
	return ids
}

// requirementEntries joins the catalogue, the features and the mutants.
func requirementEntries() ([]requirementEntry, error) {
	catalogue, err := openapi.LoadCatalogue()
	if err != nil {
		return nil, err
	}
	plan, err := conformance.NewPlan(conformance.Selection{})
	if err != nil {
		return nil, err
	}
	all := mutants.All()
	var entries []requirementEntry
	for _, r := range catalogue.Requirements {
		entry := requirementEntry{ID: r.ID, Level: r.Level, Text: r.Text, Sources: append([]string{}, r.Sources...), Mutants: []mutantEntry{}}
		for _, sc := range plan.Scenarios {
			if slices.Contains(sc.Requirements, r.ID) {
				entry.Scenarios = append(entry.Scenarios, scenarioOfPlan{sc.Name, sc.File, sc.Line})
			}
		}
		for _, m := range all {
			if m.Requirement == r.ID {
				entry.Mutants = append(entry.Mutants, mutantEntry{m.ID, m.How})
			}
		}
		entries = append(entries, entry)
	}
	return entries, nil
}

// writeRequirementTable writes a line per requirement, without the details of the
// other formats.
func writeRequirementTable(w io.Writer, entries []requirementEntry) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tLEVEL\tSCENARIOS\tMUTANTS\tSOURCE\tREQUIREMENT")
	for _, e := range entries {
		fmt.Fprintf(table, "%s\t%s\t%d\t%d\t%s\t%s\n", e.ID, e.Level, len(e.Scenarios), len(e.Mutants), strings.Join(e.pages(), ", "), e.Text)
	}
	return table.Flush()
}

// pages names the sources by the last part of their URLs, "-" for none.
func (e requirementEntry) pages() []string {
	if len(e.Sources) == 0 {
		return []string{"-"}
	}
	var pages []string
	for _, s := range e.Sources {
		pages = append(pages, strings.TrimSuffix(s[strings.LastIndex(s, "/")+1:], ".html"))
	}
	return pages
}

func writeRequirementJSON(w io.Writer, entries []requirementEntry) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(entries)
}

func writeRequirementMarkdown(w io.Writer, entries []requirementEntry) error {
	var b strings.Builder
	b.WriteString("| ID | level | requirement | source | scenarios | mutants |\n|---|---|---|---|---|---|\n")
	for _, e := range entries {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", e.ID, e.Level, cell(e.Text), strings.Join(e.links(), ", "), strings.Join(e.scenarioCells(), "<br>"), strings.Join(e.mutantCells(), "<br>"))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (e requirementEntry) links() []string {
	var links []string
	for i, page := range e.pages() {
		if i < len(e.Sources) {
			page = "[" + page + "](" + e.Sources[i] + ")"
		}
		links = append(links, page)
	}
	return links
}

func (e requirementEntry) scenarioCells() []string {
	var cells []string
	for _, sc := range e.Scenarios {
		cells = append(cells, fmt.Sprintf("%s (%s:%d)", cell(sc.Name), sc.File, sc.Line))
	}
	return cells
}

func (e requirementEntry) mutantCells() []string {
	var cells []string
	for _, m := range e.Mutants {
		cells = append(cells, fmt.Sprintf("`%s`: %s", m.ID, cell(m.How)))
	}
	return cells
}
