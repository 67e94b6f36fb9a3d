package steps

import (
	"context"
	"reflect"
	"regexp"
	"slices"
	"sync"

	"github.com/cucumber/godog"
)

func definitions() []definition {
	return slices.Concat(
		responseSteps(), cancelSteps(), retrieveSteps(), listSteps(), authenticateSteps(),
		createSteps(), lookupSteps(), negativeSteps(), taskSteps(), auditSteps(), historySteps(), wholeRunSteps(),
	)
}

// Patterns returns the patterns of all steps.
func Patterns() []string {
	var patterns []string
	for _, d := range definitions() {
		patterns = append(patterns, d.pattern)
	}
	return patterns
}

type compiled struct {
	pattern *regexp.Regexp
	handler reflect.Value
}

// table is the definitions with their patterns compiled, once.
//
//nolint:gochecknoglobals // computed from constants, and never changed
var table = sync.OnceValue(func() []compiled {
	var all []compiled
	for _, d := range definitions() {
		all = append(all, compiled{regexp.MustCompile("^" + d.pattern + "$"), reflect.ValueOf(d.handler)})
	}
	return all
})

// bind returns the handler with the World as its first argument. A panic of it
// becomes an error.
func (w *World) bind(handler reflect.Value) any {
	t := handler.Type()
	var in []reflect.Type
	for i := 1; i < t.NumIn(); i++ {
		in = append(in, t.In(i))
	}
	return reflect.MakeFunc(reflect.FuncOf(in, []reflect.Type{t.Out(0)}, false), func(args []reflect.Value) []reflect.Value {
		err := guarded(func() error {
			err, _ := reflect.TypeAssert[error](handler.Call(slices.Insert(args, 0, reflect.ValueOf(w)))[0])
			return err
		})
		return []reflect.Value{reflect.ValueOf(&err).Elem()}
	}).Interface()
}

// Register passes the steps of one scenario to godog, and makes the World record
// how each of them ends.
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
		sc.Step(d.pattern, w.bind(d.handler))
	}
}
