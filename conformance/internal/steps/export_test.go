package steps

import "reflect"

// Call calls a handler without arguments, as godog would.
func (w *World) Call(handler any) error {
	bound, _ := w.bind(reflect.ValueOf(handler)).(func() error)
	return bound()
}

// End ends the scenario with the error of a step.
func (w *World) End(err error) { w.err = err }
