package config

import (
	"regexp"
	"strings"
)

// mask stands before arguments such as -5s while the parser, which takes them for
// flags, sees them. No argument of a process can hold this byte.
const mask = "\x00"

var negative = regexp.MustCompile(`^-[0-9]`)

// MaskNegative returns the arguments with negative numbers masked.
func MaskNegative(args []string) []string {
	masked := make([]string, len(args))
	for i, arg := range args {
		if masked[i] = arg; negative.MatchString(arg) {
			masked[i] = mask + arg
		}
	}
	return masked
}

// Unmask undoes [MaskNegative].
func Unmask(args []string) []string {
	plain := make([]string, len(args))
	for i, arg := range args {
		plain[i] = strings.TrimPrefix(arg, mask)
	}
	return plain
}
