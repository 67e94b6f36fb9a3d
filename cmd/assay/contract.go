package main

import (
	"context"

	"github.com/spf13/cobra"

	"example.com/assay/cmd/assay/internal/config"
	"example.com/assay/mockserver"
	"example.com/assay/openapi"
)

func newContract(p *process) *cobra.Command {
	format := config.Choice{Value: string(openapi.YAML), Allowed: []string{string(openapi.YAML), string(openapi.JSON)}}
	var control bool
	var server string
	cmd := newCommand(p, "contract", "Print the OpenAPI document of the API, or of the control plane", func(context.Context, []string) error {
		document := openapi.Document()
		if control {
			document = mockserver.ControlDocument()
		}
		if format.Value == string(openapi.JSON) || server != "" {
			var err error
			if document, err = openapi.Render(document, openapi.Rendering{Format: openapi.Format(format.Value), Server: server}); err != nil {
				return err
			}
		}
		_, err := p.stdout.Write(document)
		return err
	})
	cmd.Flags().Var(&format, "format", "form of the document")
	cmd.Flags().BoolVar(&control, "control", false, "print the document of the control plane")
	cmd.Flags().StringVar(&server, "server", "", "put this base `URL` into the document, for tools that refuse a relative one")
	return cmd
}
