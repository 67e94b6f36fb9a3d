package steps

import (
	"context"
	"regexp"
	"sync"

	"github.com/cucumber/godog"
)

// definition is a pattern and what it calls. The handler is bound to a World when
// a scenario begins.
type definition struct {
	pattern string
	bind    func(*World) any
}

// Patterns lists the patterns of all steps, for the tests that keep them in order.
func Patterns() []string {
	var patterns []string
	for _, d := range definitions() {
		patterns = append(patterns, d.pattern)
	}
	return patterns
}

func definitions() []definition {
	var all []definition
	for _, some := range [][]definition{
		responseSteps(), cancelSteps(), watchSteps(), retrieveSteps(), listSteps(),
		authSteps(), tenantSteps(), createSteps(), lookupSteps(), negativeSteps(), historySteps(), wholeRunSteps(),
	} {
		all = append(all, some...)
	}
	return all
}

type compiled struct {
	pattern *regexp.Regexp
	bind    func(*World) any
}

// table is the definitions with their patterns compiled, once.
//
//nolint:gochecknoglobals // computed from constants, and never changed
var table = sync.OnceValue(func() []compiled {
	var all []compiled
	for _, d := range definitions() {
		all = append(all, compiled{regexp.MustCompile("^" + d.pattern + "$"), d.bind})
	}
	return all
})

// Register tells godog the steps of one scenario, and has the World keep track
// of how each of them ends.
func (w *World) Register(sc *godog.ScenarioContext) {
	sc.StepContext().Before(func(ctx context.Context, st *godog.Step) (context.Context, error) {
		w.step = st.Text
		if w.err == nil {
			w.steps++
		}
		return ctx, nil
	})
	sc.StepContext().After(func(ctx context.Context, _ *godog.Step, _ godog.StepResultStatus, err error) (context.Context, error) {
		if err != nil && w.err == nil {
			w.err = err
		}
		return ctx, nil
	})
	for _, d := range table() {
		sc.Step(d.pattern, d.bind(w))
	}
}
