package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/spf13/pflag"

	"example.com/assay/cmd/assay/internal/config"
	"example.com/assay/internal/textfile"
	"example.com/assay/openapi"
)

const inBody = "body"

// ctlField is a parameter of an operation, or a property of its body.
type ctlField struct {
	name      string // in a body dotted, with [] after the name of a list: expect[].status
	in        string // path, query or body
	usage     string
	schema    *openapi3.Schema
	flag      string
	nameField string // the flag names a file, whose name goes into this field; usually empty
}

// register adds the flag of the field.
func (f ctlField) register(flags *pflag.FlagSet) {
	usage := phrase(f.usage)
	switch {
	case f.isMap():
		flags.StringArray(f.flag, nil, usage)
	case f.isSwitch():
		flags.Bool(f.flag, false, usage)
	default:
		flags.String(f.flag, "", usage)
	}
	flag := flags.Lookup(f.flag)
	config.CommandLineOnly(flag)
	flag.Annotations[placeholderAnnotation] = []string{f.placeholder()}
}

// phrase turns sentences of the document into the usage of a flag.
func phrase(description string) string {
	text := strings.TrimSuffix(strings.ReplaceAll(strings.Join(strings.Fields(description), " "), "`", ""), ".")
	if first, _, _ := strings.Cut(text, " "); first != "" && first[1:] == strings.ToLower(first[1:]) {
		return strings.ToLower(first[:1]) + text[1:]
	}
	return text
}

func (f ctlField) isMap() bool { return f.schema.AdditionalProperties.Schema != nil }

// isSwitch reports whether the flag needs no value. A default of false in the document
// would say the same, but generators of clients make such a property required.
func (f ctlField) isSwitch() bool { return f.schema.Extensions["x-switch"] == true }

func (f ctlField) placeholder() string {
	switch {
	case f.nameField != "":
		return "FILE"
	case f.isMap():
		return "FREEDOM=VALUE"
	case f.isSwitch():
		return ""
	case f.schema.Type.Is("integer"), f.schema.Type.Is("number"):
		return "NUMBER"
	case f.schema.Format == "date-time":
		return "TIME"
	case f.schema.Type.Is("boolean"), f.schema.Enum != nil:
		return strings.Join(f.words(), "|")
	}
	return strings.ToUpper(f.flag[strings.LastIndex(f.flag, "-")+1:])
}

const operationField = "operation"

// words lists the values of a closed set, for completion.
func (f ctlField) words() []string {
	var words []string
	switch {
	case f.isMap():
		return freedomValues()
	case f.schema.Type.Is("boolean"):
		return []string{"true", "false"}
	case f.flag == operationField:
		for _, op := range openapi.Operations() {
			words = append(words, op.ID)
		}
	}
	for _, value := range f.schema.Enum {
		words = append(words, fmt.Sprint(value))
	}
	return words
}

// parse converts the values of a flag or an argument by the schema.
func (f ctlField) parse(values []string) (any, error) {
	text := values[0]
	switch {
	case f.nameField != "":
		return readText(text)
	case f.isMap():
		return parseSettings(values)
	case f.schema.Type.Is("integer"):
		n, err := strconv.ParseInt(text, 10, 64)
		return n, invalid(err, text, "a whole number")
	case f.schema.Type.Is("number"):
		n, err := strconv.ParseFloat(text, 64)
		return n, invalid(err, text, "a number")
	case f.schema.Type.Is("boolean"):
		return parseSwitch(text)
	case f.schema.Enum != nil && !slices.Contains(f.words(), text):
		return nil, invalid(errors.ErrUnsupported, text, strings.Join(f.words(), ", "))
	}
	return text, nil
}

func parseSwitch(text string) (bool, error) {
	switch text {
	case "true", "on":
		return true, nil
	case "false", "off":
		return false, nil
	}
	return false, invalid(strconv.ErrSyntax, text, "true or false")
}

// invalid words the error of a conversion.
func invalid(err error, text, use string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("invalid value %q; use %s", text, use)
}

// readText reads a text file: the control plane opens none.
func readText(name string) (string, error) {
	content, err := os.ReadFile(name) //nolint:gosec // the user's own file
	if err != nil {
		return "", err
	}
	if content, err = textfile.Decode(name, content); err == nil && len(content) == 0 {
		err = fmt.Errorf("%s: empty file", name)
	}
	return string(content), err
}
