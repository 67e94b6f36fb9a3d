package main

import "errors"

// The exit codes. Scripts rely on them: a code never changes its meaning.
const (
	exitOK           = 0   // the target conforms, or the command is done
	exitNonconforms  = 1   // the target does not conform
	exitUsage        = 2   // wrong usage or configuration
	exitCouldNotRun  = 3   // the command could not run
	exitInconclusive = 4   // nothing failed, but not everything could be checked
	exitInterrupted  = 130 // interrupted by a signal, as a shell reports it
)

// exitCode is an exit code and its meaning.
type exitCode struct {
	code    int
	meaning string
}

// exitCodes lists the exit codes for the help.
func exitCodes() []exitCode {
	return []exitCode{
		{exitOK, "conforms, or done"},
		{exitNonconforms, "does not conform"},
		{exitUsage, "wrong usage or configuration"},
		{exitCouldNotRun, "could not run"},
		{exitInconclusive, "nothing failed, but not everything could be checked"},
		{exitInterrupted, "interrupted"},
	}
}

// exitError is an exit code without a message.
type exitError int

// Error returns nothing: the output of the command has the reason.
func (exitError) Error() string { return "" }

// codedError is an error with its exit code.
type codedError struct {
	error

	code int
}

// usageError marks an error of the command line, the environment, or a file that they
// name. Nil stays nil.
func usageError(err error) error {
	if err == nil {
		return nil
	}
	return codedError{err, exitUsage}
}

// codeOf returns the exit code for the result of a command.
func codeOf(err error) int {
	if err == nil {
		return exitOK
	}
	if status, ok := errors.AsType[exitError](err); ok {
		return int(status)
	}
	if coded, ok := errors.AsType[codedError](err); ok {
		return coded.code
	}
	return exitCouldNotRun
}
