package main

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"example.com/assay/cmd/assay/internal/config"
	"example.com/assay/mockserver"
)

// requestGroup is the heading of the flags that differ from command to command.
const requestGroup = "Request (command line only)"

// ctlOptions is the flags that all commands of assay ctl have.
type ctlOptions struct {
	control     string
	token       string
	institution string
	data        string
	json        bool
}

// newCtl returns assay ctl, whose commands are the operations of the control plane's
// document; without them unless it is to be complete.
func newCtl(p *process, complete bool) *cobra.Command {
	ctl := newParent(p, "ctl", "Control a running mock")
	if !complete {
		return ctl
	}
	doc, err := openapi3.NewLoader().LoadFromData(mockserver.ControlDocument())
	if err != nil {
		panic(fmt.Sprintf("the embedded document of the control plane: %v", err)) // a test reads the same bytes
	}
	for _, calls := range ctlCommands(doc) {
		parent, _, _ := ctl.Find([]string{calls[0].Group})
		if parent == ctl {
			parent = newParent(p, calls[0].Group, tagSummary(doc, calls[0].Group))
			ctl.AddCommand(parent)
		}
		parent.AddCommand(newCtlCommand(p, calls))
	}
	return ctl
}

func tagSummary(doc *openapi3.T, name string) string {
	if tag := doc.Tags.Get(name); tag != nil {
		return strings.TrimSuffix(tag.Description, ".")
	}
	return name
}

// newCtlCommand returns one command. Of its calls, the first that matches the
// arguments is made.
func newCtlCommand(p *process, calls []*ctlCall) *cobra.Command {
	first, o := calls[0], &ctlOptions{}
	line := []string{first.Verb}
	for i := range first.Args {
		_, placeholder := first.argument(i)
		line = append(line, placeholder)
	}
	var cmd *cobra.Command
	cmd = newCommand(p, strings.Join(line, " "), first.summary(), func(ctx context.Context, args []string) error {
		return pick(calls, args).run(ctx, p, o, cmd.Flags(), args)
	})
	group(cmd.Flags(), requestGroup, func(flags *pflag.FlagSet) { registerFields(flags, calls) })
	o.register(cmd.Flags(), calls)
	for _, call := range calls {
		for _, f := range call.flags() {
			if f.nameField == "" {
				completeFlag(cmd, f.flag, f.words)
			}
		}
	}
	cmd.ValidArgsFunction = func(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
		f, _ := first.argument(len(args))
		if f == nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return completion(f.words)(cmd, args, prefix)
	}
	return cmd
}

func registerFields(flags *pflag.FlagSet, calls []*ctlCall) {
	for _, call := range calls {
		for _, f := range call.flags() {
			if flags.Lookup(f.flag) == nil {
				f.register(flags)
			}
		}
	}
}

func pick(calls []*ctlCall, args []string) *ctlCall {
	i := slices.IndexFunc(calls, func(c *ctlCall) bool {
		return c.Match == "" || regexp.MustCompile(c.Match).MatchString(args[0])
	})
	return calls[i]
}

func (o *ctlOptions) register(flags *pflag.FlagSet, calls []*ctlCall) {
	group(flags, "Control plane", func(f *pflag.FlagSet) {
		f.StringVar(&o.control, "control", defaultControl, "`URL` of the control plane, as printed by assay mock")
		f.StringVar(&o.token, "control-token", "", "`TOKEN` of the control plane, if it requires one")
		if slices.ContainsFunc(calls, (*ctlCall).needsInstitution) {
			f.StringVar(&o.institution, institutionField, "", "`ID` or name of the institution; if unset, the first of the list")
		}
	})
	group(flags, "Output", func(f *pflag.FlagSet) { f.BoolVar(&o.json, "json", false, "print the response as JSON") })
	if calls[0].hasBody() {
		group(flags, requestGroup, func(f *pflag.FlagSet) {
			f.StringVar(&o.data, "data", "", "send this `JSON`, ignoring the other flags of the request; @FILE reads a file, - standard input")
			config.CommandLineOnly(f.Lookup("data"))
		})
	}
}

// run calls the control plane and prints the response.
func (c *ctlCall) run(ctx context.Context, p *process, o *ctlOptions, flags *pflag.FlagSet, args []string) error {
	client, err := newCtlClient(o.control, o.token)
	if err != nil {
		return usageError(err)
	}
	r, err := c.request(flags, args)
	if err != nil {
		return usageError(err)
	}
	if err := r.override(p, o.data); err != nil {
		return usageError(err)
	}
	institution := o.institution
	if institution == "" && c.needsInstitution() {
		if institution, err = client.firstInstitution(ctx); err != nil {
			return err
		}
	}
	r.fill(institutionField, institution)
	if c.stream {
		return c.follow(ctx, p, client, r, o.json)
	}
	response, err := client.call(ctx, r)
	if err != nil {
		return err
	}
	return c.show(p.stdout, response, o.json)
}
