package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"example.com/assay/cmd/assay/internal/config"
)

// ctlOptions is what the flags of assay ctl say.
type ctlOptions struct {
	control     string
	token       string
	institution string
	json        bool
	data        string
	fields      map[string]*string // of flags that a verb sends as they are, by name
	set         config.List
	empty       bool
	awkward     bool
	frozen      bool
	fixtures    string
	keep        bool
	at          string
}

// runCtl does one thing to a mock that runs, over its control plane.
func runCtl(ctx context.Context, p *process, args []string) (int, error) {
	words, rest := leading(args)
	if len(words) == 0 && slices.ContainsFunc(rest, isHelp) {
		writeCtlUsage(p.stdout)
		return exitOK, nil
	}
	v, words, err := findVerb(words)
	if err != nil {
		return exitUsage, err
	}
	o := &ctlOptions{fields: map[string]*string{}}
	if done, err := p.parse(o.flags(v), rest); done || err != nil {
		return usageIf(err), err
	}
	if len(words) < v.min || len(words) > v.max {
		return exitUsage, fmt.Errorf("%s %s: expected the arguments %q, got %q", v.group, v.name, v.args, words)
	}
	return v.run(ctx, p, o, words)
}

// leading takes the words before the first flag. A number below 0 is no flag.
func leading(args []string) (words, rest []string) {
	i := slices.IndexFunc(args, func(a string) bool {
		return strings.HasPrefix(a, "-") && (len(a) < 2 || a[1] < '0' || a[1] > '9')
	})
	if i < 0 {
		return args, nil
	}
	return args[:i], args[i:]
}

func isHelp(arg string) bool { return arg == "-h" || arg == "-help" || arg == "--help" }

// findVerb finds the verb that the words begin with, and returns the others.
func findVerb(words []string) (*verb, []string, error) {
	table := verbs()
	groups := groupsOf(table)
	if len(words) == 0 {
		return nil, nil, fmt.Errorf("expected one of %s first, and the flags last", strings.Join(groups, ", "))
	}
	var names []string
	for i := range table {
		v := &table[i]
		if v.group != words[0] {
			continue
		}
		names = append(names, v.name)
		if len(words) > 1 && v.name == words[1] {
			return v, words[2:], nil
		}
	}
	if names == nil {
		return nil, nil, fmt.Errorf("expected one of %s, got %q%s", strings.Join(groups, ", "), words[0], config.DidYouMean(words[0], "", groups))
	}
	if len(words) == 1 {
		return nil, nil, fmt.Errorf("%s: expected one of %s", words[0], strings.Join(names, ", "))
	}
	return nil, nil, fmt.Errorf("%s: expected one of %s, got %q%s", words[0], strings.Join(names, ", "), words[1], config.DidYouMean(words[1], "", names))
}

func groupsOf(table []verb) []string {
	var groups []string
	for _, v := range table {
		if !slices.Contains(groups, v.group) {
			groups = append(groups, v.group)
		}
	}
	return groups
}

func (o *ctlOptions) flags(v *verb) *config.Flags {
	f := config.NewFlags(strings.TrimSpace("ctl " + v.group + " " + v.name + " " + v.args))
	f.Group("Which mock")
	f.StringVar(&o.control, "control", defaultControl, "the `URL` of the control plane, which assay mock prints")
	f.StringVar(&o.token, "control-token", "", "the `TOKEN` of the control plane, if it asks for one")
	if strings.Contains(v.path+v.byNumber, "{institution}") {
		f.StringVar(&o.institution, "institution", "", "the `ID` or the name of the institution; if not given, the first of the list")
	}
	if v.flags != nil {
		f.Group("What to do")
		v.flags(f, o)
	}
	f.Group("What comes out")
	f.BoolVar(&o.json, "json", false, "print the answer as JSON")
	return f
}

// field adds a flag whose value is sent as it is.
func (o *ctlOptions) field(f *config.Flags, name, usage string) {
	o.fields[name] = f.String(name, "", usage)
}

// object returns the values of fields by their names in JSON.
func (o *ctlOptions) object(names map[string]string) map[string]any {
	object := map[string]any{}
	for flagName, name := range names {
		if v := o.fields[flagName]; v != nil && *v != "" {
			object[name] = *v
		}
	}
	return object
}

// query returns the fields as a query.
func (o *ctlOptions) query() url.Values {
	q := url.Values{}
	for name, v := range o.fields {
		if *v != "" {
			q.Set(strings.ReplaceAll(name, "-", "_"), *v)
		}
	}
	return q
}

// given returns the body that --data has, or else the one that was made.
func (o *ctlOptions) given(made any) (any, error) {
	if o.data == "" {
		return made, nil
	}
	if !json.Valid([]byte(o.data)) {
		return nil, fmt.Errorf("--data: expected JSON, got %.80q", o.data)
	}
	return json.RawMessage(o.data), nil
}

func (v *verb) run(ctx context.Context, p *process, o *ctlOptions, words []string) (int, error) {
	var body any
	if v.body != nil {
		var err error
		if body, err = v.body(o, words); err != nil {
			return exitUsage, err
		}
		if body, err = o.given(body); err != nil {
			return exitUsage, err
		}
	}
	c, err := newCtlClient(o)
	if err != nil {
		return exitUsage, err
	}
	path, err := v.pathFor(ctx, c, o, words)
	if err != nil {
		return ctlCode(err), err
	}
	if v.follow {
		return follow(ctx, p, c, path, o, v)
	}
	answer, err := c.call(ctx, v.method, path, body)
	if err != nil {
		return ctlCode(err), err
	}
	if v.check != nil {
		if err := v.check(answer.object()); err != nil {
			return exitUsage, err
		}
	}
	if err := answer.print(p.stdout, v, o.json); err != nil {
		return exitCouldNotRun, err
	}
	if v.failed != nil && v.failed(answer.object()) {
		return exitNonconforms, nil
	}
	return exitOK, nil
}

// pathFor fills in the path: {institution}, and the words in their order.
func (v *verb) pathFor(ctx context.Context, c *ctlClient, o *ctlOptions, words []string) (string, error) {
	path := v.path
	if v.byNumber != "" && isNumber(words[0]) {
		path = v.byNumber
	}
	if strings.Contains(path, "{institution}") {
		ref := o.institution
		if ref == "" {
			var err error
			if ref, err = c.firstInstitution(ctx); err != nil {
				return "", err
			}
		}
		path = strings.Replace(path, "{institution}", url.PathEscape(ref), 1)
	}
	for i, word := range words {
		path = strings.ReplaceAll(path, fmt.Sprintf("{%d}", i+1), url.PathEscape(word))
		path = strings.ReplaceAll(path, fmt.Sprintf("{q%d}", i+1), url.QueryEscape(word))
	}
	if v.asQuery {
		if q := o.query().Encode(); q != "" {
			path += "?" + q
		}
	}
	return path, nil
}

// isNumber tells the number of an entry from a request ID, which is longer.
func isNumber(word string) bool {
	const digits = 20 // that a number has at most; an ID has 32
	_, err := strconv.ParseUint(word, 10, 64)
	return err == nil && len(word) <= digits
}

func writeCtlUsage(w io.Writer) {
	fmt.Fprint(w, `Usage: assay ctl GROUP VERB [ARGUMENTS] [flags]

Does one thing to a mock that runs, over its control plane.

`)
	table := verbs()
	for _, group := range groupsOf(table) {
		for _, v := range table {
			if v.group == group {
				fmt.Fprintf(w, "  %-44s %s\n", strings.TrimSpace(v.group+" "+v.name+" "+v.args), v.summary)
			}
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, `assay ctl GROUP VERB --help describes the flags, which come last. Without
--control, and without ASSAY_CONTROL, the mock is the one at %s.
`, cmp.Or(defaultControl, "127.0.0.1:8081"))
}
