package conformance

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	gherkin "github.com/cucumber/gherkin/go/v26"
	messages "github.com/cucumber/messages/go/v21"

	"example.com/assay/conformance/report"
	"example.com/assay/features"
	"example.com/assay/openapi"
)

// wholeRunFile has the scenarios that judge the exchanges of all others. They run
// last.
const wholeRunFile = "whole-run.feature"

// authenticateFile has the scenarios that send invalid keys.
const authenticateFile = "authenticate.feature"

// Plan is the extent of a run, fixed before the first request.
type Plan struct {
	Summary   report.Plan
	Scenarios []report.Scenario // without outcomes, in the order of the files

	catalogue *openapi.Catalogue
	selection Selection
	left      map[string]bool // names of the scenarios outside the selection
}

// NewPlan returns the scenarios of a selection. A name without a match, or a
// selection without scenarios, is a UsageError.
func NewPlan(s Selection) (*Plan, error) {
	catalogue, err := openapi.LoadCatalogue()
	if err != nil {
		return nil, err
	}
	if err := s.check(catalogue); err != nil {
		return nil, err
	}
	all, err := readFeatures(features.FS, catalogue)
	if err != nil {
		return nil, err
	}
	p := &Plan{catalogue: catalogue, selection: s, left: map[string]bool{}}
	for _, sc := range all {
		if r, ok := catalogue.Requirement(sc.Requirements[0]); ok && s.takes(r) {
			p.Scenarios = append(p.Scenarios, sc)
		} else {
			p.left[sc.Name] = true
		}
	}
	if len(p.Scenarios) == 0 {
		return nil, usage("no scenario is selected by --level %v, --only %v, --skip %v", s.Levels, s.Only, s.Skip)
	}
	p.summarise()
	return p, nil
}

func (p *Plan) summarise() {
	s := p.selection
	p.Summary = report.Plan{
		ContractHash: openapi.Hash(), Levels: s.Levels, Only: s.Only, Skip: s.Skip, Strict: s.Strict, AcceptUnchecked: s.AcceptUnchecked, Scenarios: len(p.Scenarios),
	}
	if len(s.Levels) == 0 {
		for _, l := range openapi.Levels() {
			p.Summary.Levels = append(p.Summary.Levels, string(l))
		}
	}
	hash := sha256.New()
	fmt.Fprintf(hash, "%s %v %v %v %v\n", p.Summary.ContractHash, p.Summary.Levels, s.Only, s.Skip, s.Strict)
	for _, sc := range p.Scenarios {
		fmt.Fprintf(hash, "%s %q %v %s\n", sc.File, sc.Name, sc.Requirements, sc.Level)
		for _, st := range sc.Steps {
			fmt.Fprintf(hash, "%s %s\n", st.Keyword, st.Text)
		}
	}
	p.Summary.Hash = hex.EncodeToString(hash.Sum(nil))
	for _, r := range p.catalogue.Requirements {
		if slices.ContainsFunc(p.Scenarios, func(sc report.Scenario) bool { return slices.Contains(sc.Requirements, r.ID) }) {
			p.Summary.Requirements = append(p.Summary.Requirements, r.ID)
		}
	}
}

// index finds a planned scenario by its name, which is unique.
func (p *Plan) index(name string) (int, bool) {
	i := slices.IndexFunc(p.Scenarios, func(sc report.Scenario) bool { return sc.Name == name })
	return i, i >= 0
}

// readFeatures reads the scenarios of all .feature files, one per row of an outline.
func readFeatures(fsys fs.FS, catalogue *openapi.Catalogue) ([]report.Scenario, error) {
	files, err := fs.Glob(fsys, "*.feature")
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("found %d .feature files (%w)", len(files), err)
	}
	var all []report.Scenario
	for _, file := range files {
		scenarios, err := readFeature(fsys, file, catalogue)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, scenarios...)
	}
	return all, nil
}

func readFeature(fsys fs.FS, file string, catalogue *openapi.Catalogue) ([]report.Scenario, error) {
	data, err := fs.ReadFile(fsys, file)
	if err != nil {
		return nil, err
	}
	next := 0
	newID := func() string { next++; return strconv.Itoa(next) }
	doc, err := gherkin.ParseGherkinDocument(bytes.NewReader(data), newID)
	if err != nil {
		return nil, err
	}
	nodes := indexNodes(doc.Feature)
	var scenarios []report.Scenario
	for _, pickle := range gherkin.Pickles(*doc, file, newID) {
		sc, err := scenarioOf(pickle, doc.Feature.Name, nodes, catalogue)
		if err != nil {
			return nil, err
		}
		scenarios = append(scenarios, sc)
	}
	return scenarios, nil
}

// node is the part of the source that a pickle lacks.
type node struct {
	line    int
	keyword string
	rule    string
}

func indexNodes(f *messages.Feature) map[string]node {
	nodes := map[string]node{}
	for _, child := range f.Children {
		indexBackground(nodes, child.Background)
		indexScenario(nodes, child.Scenario, "")
		if child.Rule == nil {
			continue
		}
		for _, c := range child.Rule.Children {
			indexBackground(nodes, c.Background)
			indexScenario(nodes, c.Scenario, child.Rule.Name)
		}
	}
	return nodes
}

func indexBackground(nodes map[string]node, b *messages.Background) {
	if b != nil {
		indexSteps(nodes, b.Steps)
	}
}

func indexScenario(nodes map[string]node, s *messages.Scenario, rule string) {
	if s == nil {
		return
	}
	nodes[s.Id] = node{line: int(s.Location.Line), rule: rule}
	indexSteps(nodes, s.Steps)
	for _, examples := range s.Examples {
		for _, row := range examples.TableBody {
			nodes[row.Id] = node{line: int(row.Location.Line), rule: rule}
		}
	}
}

func indexSteps(nodes map[string]node, steps []*messages.Step) {
	for _, st := range steps {
		nodes[st.Id] = node{line: int(st.Location.Line), keyword: strings.TrimSpace(st.Keyword)}
	}
}

var requirementTag = regexp.MustCompile(`^@([A-Z]{3}-[0-9]{2})$`)

func scenarioOf(p *messages.Pickle, feature string, nodes map[string]node, catalogue *openapi.Catalogue) (report.Scenario, error) {
	at := nodes[p.AstNodeIds[len(p.AstNodeIds)-1]] // the row of an outline comes last
	sc := report.Scenario{Feature: feature, File: p.Uri, Line: at.line, Rule: at.rule, Name: p.Name}
	for _, tag := range p.Tags {
		if m := requirementTag.FindStringSubmatch(tag.Name); m != nil {
			sc.Requirements = append(sc.Requirements, m[1])
		} else {
			sc.Level = strings.TrimPrefix(tag.Name, "@")
		}
	}
	if len(sc.Requirements) == 0 {
		return sc, fmt.Errorf("scenario %q has no tag such as @CAN-01", p.Name)
	}
	for _, id := range sc.Requirements {
		r, known := catalogue.Requirement(id)
		if !known || string(r.Level) != sc.Level {
			return sc, fmt.Errorf("scenario %q: @%s @%s is no requirement with its level", p.Name, id, sc.Level)
		}
	}
	for _, st := range p.Steps {
		n := nodes[st.AstNodeIds[0]]
		sc.Steps = append(sc.Steps, report.Step{Keyword: n.keyword, Text: st.Text, Line: n.line})
	}
	return sc, nil
}
