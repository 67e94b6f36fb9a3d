package report

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"
)

//go:embed html/report.gohtml html/report.css
var htmlFiles embed.FS

// writeHTML writes one page without scripts, fonts or requests. Its policy forbids
// them too, as a second line of defence behind the escaping.
func writeHTML(w io.Writer, r *Report) error {
	style, err := htmlFiles.ReadFile("html/report.css")
	if err != nil {
		return err
	}
	t, err := template.New("report.gohtml").Funcs(htmlFuncs()).ParseFS(htmlFiles, "html/report.gohtml")
	if err != nil {
		return err
	}
	return t.Execute(w, newPage(r, string(style)))
}

// page is the data of the template.
type page struct {
	*Report
	Style    template.CSS
	Policy   string
	Sections []pageSection
	Bar      []barPart
	Causes   []*cause
	Gaps     []*gap
	Features []pageFeature
	Chart    *chart
}

type pageSection struct {
	ID, Title string
	shown     bool
}

type pageFeature struct {
	Name      string
	Scenarios []pageScenario
}

// barPart is the share of one outcome, in percent.
type barPart struct {
	Outcome     Outcome
	Class       Outcome
	Count       int
	From, Width string
}

type pageScenario struct {
	Scenario

	ID     string
	Shown  []pageExchange
	Script string
	Files  []pageFile
}

// pageExchange is brief in a passed scenario: the page must open on a phone, and the
// JSON report has all of it.
type pageExchange struct {
	Exchange
	Answer, Fields string
	Open, Brief    bool
}

type pageFile struct {
	Name string
	URL  template.URL
	Size int
}

func newPage(r *Report, style string) *page {
	p := &page{Report: r, Style: template.CSS(style), Policy: pagePolicy(style), Chart: newChart(r.Latencies), Causes: r.causes(), Gaps: r.gaps()} //nolint:gosec // the style is our own file
	for i, sc := range r.Scenarios {
		p.add(newPageScenario(i+1, sc))
	}
	p.Bar = newBar(r.Scenarios)
	p.Sections = p.sections()
	return p
}

// pagePolicy allows the style sheet of the page by its hash, and nothing else.
func pagePolicy(style string) string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'"
}

// add puts the scenario under its feature.
func (p *page) add(sc pageScenario) {
	i := slices.IndexFunc(p.Features, func(f pageFeature) bool { return f.Name == sc.Feature })
	if i < 0 {
		p.Features = append(p.Features, pageFeature{Name: sc.Feature})
		i = len(p.Features) - 1
	}
	p.Features[i].Scenarios = append(p.Features[i].Scenarios, sc)
}

// sections lists the sections of the page, for its links.
func (p *page) sections() []pageSection {
	all := []pageSection{
		{"reasons", "Reasons", len(p.Reasons) > 0},
		{"failures", "Failures", len(p.Causes) > 0},
		{"gaps", "Not checked", len(p.Gaps) > 0},
		{"requirements", "Requirements", len(p.Requirements) > 0},
		{"scenarios", "Scenarios", len(p.Features) > 0},
		{"observations", "Undocumented behaviour", len(p.Observations) > 0},
		{"latency", "Latency", p.Chart != nil},
		{"canaries", "Canaries", len(p.Canaries) > 0},
		{"notes", "Notes", len(p.Notes) > 0},
		{"run", "The run", true},
	}
	return slices.DeleteFunc(all, func(s pageSection) bool { return !s.shown })
}

// Anchor returns the scenario with the name, or nil.
func (p *page) Anchor(name string) *pageScenario {
	for _, f := range p.Features {
		if i := slices.IndexFunc(f.Scenarios, func(sc pageScenario) bool { return sc.Name == name }); i >= 0 {
			return &f.Scenarios[i]
		}
	}
	return nil
}

// Lists reports whether the page has the requirement.
func (p *page) Lists(requirement string) bool {
	return slices.ContainsFunc(p.Requirements, func(q Requirement) bool { return q.ID == requirement })
}

func newPageScenario(number int, sc Scenario) pageScenario {
	s := pageScenario{Scenario: sc, ID: fmt.Sprintf("scenario-%d", number), Script: curlScript(sc)}
	for _, x := range sc.Exchanges {
		failed := slices.ContainsFunc(sc.Failures, func(f Failure) bool { return f.Exchange == x.Number })
		s.Shown = append(s.Shown, pageExchange{Exchange: x, Answer: statusText(x), Fields: headerText(x.Header), Open: failed, Brief: sc.Outcome == Passed})
	}
	for _, a := range sc.Attachments {
		s.Files = append(s.Files, newPageFile(a))
	}
	return s
}

// newPageFile puts an attachment into a link that saves it. A browser does not open
// such a link by itself.
func newPageFile(a Attachment) pageFile {
	data := "data:" + safeMediaType(a.MediaType) + ";base64," + base64.StdEncoding.EncodeToString(a.Data)
	return pageFile{Name: fileName(a.Name), URL: template.URL(data), Size: len(a.Data)} //nolint:gosec // a type of ours, and base64
}

// maxFileName is the length of a file name, in bytes.
const maxFileName = 100

// fileName replaces all characters but those harmless in every file system.
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '-' {
			return r
		}
		return '_'
	}, name)
	return strings.TrimLeft(name[:min(len(name), maxFileName)], ".")
}

func newBar(scenarios []Scenario) []barPart {
	var parts []barPart
	before := 0
	for _, outcome := range Outcomes() {
		count := 0
		for _, sc := range scenarios {
			if sc.Outcome == outcome {
				count++
			}
		}
		if count > 0 {
			parts = append(parts, barPart{Outcome: outcome, Class: outcome, Count: count,
				From: percent(float64(before) / float64(len(scenarios))), Width: percent(float64(count) / float64(len(scenarios)))})
			before += count
		}
	}
	return parts
}

func percent(share float64) string { return fmt.Sprintf("%.2f", 100*share) }

func htmlFuncs() template.FuncMap {
	return template.FuncMap{
		"text":    visible,
		"after":   strings.TrimPrefix,
		"line":    visibleLine,
		"words":   func(v any) string { return words(fmt.Sprint(v)) },
		"mark":    func(o Outcome) string { return o.look().symbol },
		"passed":  func() Outcome { return Passed },
		"failed":  func() Outcome { return Failed },
		"tally":   countLine,
		"verdict": (*Report).judgement,
		"decides": deciding,
		"count":   plural,
		"took":    roundTime,
		"stamp":   func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"join":    func(list []string) string { return visibleLine(strings.Join(list, ", ")) },
		"pieces":  codePieces,
		"source":  newSource,
	}
}

type codePiece struct {
	Text string
	Code bool
}

// codePieces splits a text at its backquotes.
func codePieces(text string) []codePiece {
	var pieces []codePiece
	for i, piece := range strings.Split(visible(text), "`") {
		if piece != "" {
			pieces = append(pieces, codePiece{Text: piece, Code: i%2 == 1})
		}
	}
	return pieces
}

type pageSource struct{ Name, URL string }

// newSource returns the link to the page behind a requirement, or nil if the text is
// not a web address.
func newSource(text string) *pageSource {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil
	}
	return &pageSource{Name: path.Join(u.Host, strings.TrimSuffix(path.Base(u.Path), ".html")), URL: u.String()}
}
