package report_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/conformance/report"
)

func TestTextGolden(t *testing.T) {
	t.Parallel()
	golden(t, "passing.txt", written(t, "text", passing()))
	golden(t, "failing.txt", written(t, "text", failing()))
}

// The text in colour, as it comes on a terminal: the scenarios as they end, then
// the summary.
func TestProgressGolden(t *testing.T) {
	t.Parallel()
	golden(t, "failing.color.txt", []byte(onTerminal(t, report.Style{Color: true}, failing())))
}

// What is told bit by bit is what the text holds, but for the features' names.
func TestProgressThenSummaryIsTheText(t *testing.T) {
	t.Parallel()
	features := map[string]bool{"": true}
	for _, sc := range failing().Scenarios {
		features[sc.Feature] = true
	}
	lines := func(text string) []string {
		return slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool { return features[line] })
	}
	got := onTerminal(t, report.Style{}, failing())
	if diff := cmp.Diff(lines(got), lines(string(written(t, "text", failing())))); diff != "" {
		t.Errorf("-got +want:\n%s", diff)
	}
}

func onTerminal(t *testing.T, style report.Style, r *report.Report) string {
	t.Helper()
	var b bytes.Buffer
	progress := report.NewProgress(&b, style)
	for _, sc := range r.Scenarios {
		progress.Scenario(sc)
	}
	if err := (report.Outputs{{Format: "text"}}).Write(&b, style, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// What a target sends must not steer the terminal that shows it, nor the log of a
// CI job.
func TestNoControlCharacterReachesATerminal(t *testing.T) {
	t.Parallel()
	outputs := map[string]string{
		"text":         string(written(t, "text", failing())),
		"markdown":     string(written(t, "markdown", failing())),
		"junit":        string(written(t, "junit", failing())),
		"json":         string(written(t, "json", failing())),
		"annotations":  annotations(t, failing()),
		"text, colour": withoutColor(onTerminal(t, report.Style{Color: true}, failing())),
	}
	for name, output := range outputs {
		if !utf8.ValidString(output) {
			t.Errorf("%s: expected UTF-8, got %q", name, output)
		}
		for i, r := range output {
			if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
				t.Errorf("%s: expected no control character, got %U in %q", name, r, output[max(0, i-30):i+1])
			}
		}
	}
}

// GitHub's runner obeys ::command:: where a line starts with it, spaces aside, and
// ##[command] anywhere.
func TestTextHoldsNoWorkflowCommand(t *testing.T) {
	t.Parallel()
	got := string(written(t, "text", failing()))
	for line := range strings.Lines(got) {
		if strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") {
			t.Errorf("expected no workflow command, got %q", line)
		}
	}
}

// withoutColor takes away the colours that the writer itself gives.
func withoutColor(s string) string {
	for _, color := range []string{"0", "1", "2", "31", "32", "33", "31;1", "32;1", "33;1"} {
		s = strings.ReplaceAll(s, "\x1b["+color+"m", "")
	}
	return s
}

func TestTextSaysWhatDecides(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		edit func(*report.Report)
		want string
	}{
		{"as it is", func(*report.Report) {}, "decides: core requirements; derived ones are reported only (--strict lets them decide too)\n"},
		{"strict", func(r *report.Report) { r.Requirements[2].Counts = true }, "decides: core and derived requirements\n"},
		{"nothing", func(r *report.Report) { r.Requirements = nil }, "decides: no requirement\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := passing()
			c.edit(r)
			if got := string(written(t, "text", r)); !strings.Contains(got, c.want) {
				t.Errorf("expected %q in the text, got\n%s", c.want, got)
			}
		})
	}
}

// The same missing flag holds up many scenarios, and is told once.
func TestTextTellsAReasonOnce(t *testing.T) {
	t.Parallel()
	r := passing()
	r.Scenarios = append(r.Scenarios, derivedSkipped(), derivedSkipped())
	got := string(written(t, "text", r))
	if n := strings.Count(got, derivedSkipped().Reason); n != 1 {
		t.Errorf("expected the reason once, got it %d times in\n%s", n, got)
	}
	if !strings.Contains(got, "3 scenarios") {
		t.Errorf("expected it to say that 3 scenarios have it, got\n%s", got)
	}
}

func TestWriteErrorsAreReported(t *testing.T) {
	t.Parallel()
	for _, format := range report.Formats() {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			if err := report.Write(fullDisk{}, format, failing()); !errors.Is(err, errDiskFull) {
				t.Errorf("expected %v, got %v", errDiskFull, err)
			}
		})
	}
}

var errDiskFull = errors.New("disk full")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errDiskFull }
