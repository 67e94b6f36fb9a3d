package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"example.com/assay/cmd/assay/internal/config"
	"example.com/assay/internal/textfile"
)

// institutionField is a path parameter: a flag with a default wherever it is no
// argument.
const institutionField = "institution"

// ctlRequest is a request to the control plane.
type ctlRequest struct {
	method, path string // the path without base path and query
	query        url.Values
	body         any // nil for none
}

// argument returns the field and the placeholder of an argument by its index. The
// last one may be repeatable.
func (c *ctlCall) argument(i int) (*ctlField, string) {
	if len(c.Args) == 0 {
		return nil, ""
	}
	placeholder, name, _ := strings.Cut(c.Args[min(i, len(c.Args)-1)], " ")
	if i >= len(c.Args) && !strings.HasSuffix(placeholder, "...") {
		return nil, ""
	}
	at := slices.IndexFunc(c.fields, func(f ctlField) bool { return f.name == name })
	return &c.fields[at], placeholder
}

func (c *ctlCall) isArgument(f ctlField) bool {
	return slices.ContainsFunc(c.Args, func(arg string) bool { return strings.HasSuffix(arg, " "+f.name) })
}

// flags returns the fields that are flags.
func (c *ctlCall) flags() []ctlField {
	var flags []ctlField
	for _, f := range c.fields {
		isFileName := slices.ContainsFunc(c.fields, func(other ctlField) bool { return other.nameField == f.name })
		if f.in != "path" && !c.isArgument(f) && !isFileName && (c.Only == nil || slices.Contains(c.Only, f.name)) {
			flags = append(flags, f)
		}
	}
	return flags
}

// needsInstitution reports whether the institution is a flag.
func (c *ctlCall) needsInstitution() bool {
	return strings.Contains(c.path, "{"+institutionField+"}") && !c.isArgument(ctlField{name: institutionField})
}

// request makes the request of the arguments and flags that are given.
func (c *ctlCall) request(flags *pflag.FlagSet, args []string) (*ctlRequest, error) {
	r := &ctlRequest{method: c.method, path: c.path, query: url.Values{}}
	if c.hasBody() {
		r.body = map[string]any{}
	}
	for i := 0; i < len(args); i++ {
		f, placeholder := c.argument(i)
		values := args[i : i+1]
		if strings.HasSuffix(placeholder, "...") {
			values, i = args[i:], len(args)
		}
		if err := r.add(*f, placeholder, values); err != nil {
			return nil, err
		}
	}
	for _, f := range c.flags() {
		if flag := flags.Lookup(f.flag); flag.Changed {
			if err := r.add(f, "--"+f.flag, config.Values(flag)); err != nil {
				return nil, err
			}
		}
	}
	return r, nil
}

// add puts a value where its field belongs. Errors begin with the origin.
func (r *ctlRequest) add(f ctlField, origin string, values []string) error {
	value, err := f.parse(values)
	if err != nil {
		return fmt.Errorf("%s: %w", origin, err)
	}
	switch f.in {
	case "path":
		r.fill(f.name, values[0])
	case "query":
		r.query.Set(f.name, fmt.Sprint(value))
	default:
		r.set(f.name, value)
		if f.nameField != "" {
			r.set(f.nameField, values[0])
		}
	}
	return nil
}

// fill replaces a parameter of the path.
func (r *ctlRequest) fill(name, value string) {
	r.path = strings.ReplaceAll(r.path, "{"+name+"}", url.PathEscape(value))
}

// set puts a value into the body by its dotted name.
func (r *ctlRequest) set(name string, value any) {
	object, _ := r.body.(map[string]any)
	for {
		head, rest, nested := strings.Cut(name, ".")
		if !nested {
			object[head] = value
			return
		}
		object, name = child(object, head), rest
	}
}

// child returns the object below a name, or the only item of the list below NAME[].
func child(object map[string]any, name string) map[string]any {
	name, isList := strings.CutSuffix(name, "[]")
	if list, ok := object[name].([]any); ok {
		return list[0].(map[string]any) //nolint:forcetypeassert // made below
	}
	if inner, ok := object[name].(map[string]any); ok {
		return inner
	}
	inner := map[string]any{}
	if object[name] = inner; isList {
		object[name] = []any{inner}
	}
	return inner
}

// override replaces the body by the value of --data.
func (r *ctlRequest) override(p *process, data string) error {
	if data == "" {
		return nil
	}
	content, err := []byte(data), error(nil)
	if file, named := strings.CutPrefix(data, "@"); named {
		var text string
		text, err = readText(file)
		content = []byte(text)
	} else if data == "-" {
		if content, err = io.ReadAll(p.stdin); err == nil {
			content, err = textfile.Decode("standard input", content)
		}
	}
	if err != nil {
		return fmt.Errorf("--data: %w", err)
	}
	if !json.Valid(content) {
		return fmt.Errorf("--data: invalid JSON: %.80q", content)
	}
	r.body = json.RawMessage(content)
	return nil
}
