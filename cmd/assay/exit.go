package main

// The exit codes. They are promises to scripts: a code never changes its
// meaning.
const (
	exitOK           = 0 // the target conforms, or the command did what it was asked to
	exitNonconforms  = 1 // the target does not conform
	exitUsage        = 2 // wrong usage or configuration
	exitCouldNotRun  = 3 // the command could not be carried out
	exitInconclusive = 4 // nothing failed, but not everything could be checked
)

// exitCode is one exit code and what it means.
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
	}
}
