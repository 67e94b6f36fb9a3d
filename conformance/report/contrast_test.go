package report_test

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// readable is the contrast that WCAG 2 asks of text at level AA.
const readable = 4.5

func TestHTMLColoursAreReadable(t *testing.T) {
	t.Parallel()
	style, err := os.ReadFile("html/report.css")
	if err != nil {
		t.Fatal(err)
	}
	light, dark, ok := strings.Cut(string(style), "@media (prefers-color-scheme: dark)")
	if !ok {
		t.Fatal("expected colours for the dark")
	}
	for theme, text := range map[string]string{"light": light, "dark": dark} {
		colours := map[string]float64{}
		for _, m := range regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6})`).FindAllStringSubmatch(text, -1) {
			colours[m[1]] = luminance(t, m[2])
		}
		for _, ink := range []string{"ink", "quiet", "link", "passed", "failed", "could-not-run", "not-supported", "skipped"} {
			for _, ground := range []string{"page", "card", "well"} {
				high, low := max(colours[ink], colours[ground]), min(colours[ink], colours[ground])
				if got := (high + 0.05) / (low + 0.05); got < readable {
					t.Errorf("%s: expected a contrast of at least %.1f between %s and %s, got %.2f", theme, readable, ink, ground, got)
				}
			}
		}
	}
}

// luminance is the relative one of WCAG 2, between 0 and 1.
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		value, err := strconv.ParseUint(colour[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		part := float64(value) / 255
		if part <= 0.04045 {
			sum += weight * part / 12.92
		} else {
			sum += weight * math.Pow((part+0.055)/1.055, 2.4)
		}
	}
	return sum
}
