package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// flushWithin limits the sending of the last spans.
const flushWithin = 500 * time.Millisecond

// tracing exports traces. A nil tracing exports nothing.
type tracing struct{ provider *sdk.TracerProvider }

// newTracing sends traces to the endpoint of OpenTelemetry's standard variables, if
// they name one. The library itself reads headers, sampling and limits from the
// environment of the process.
func newTracing(ctx context.Context, p *process, logger *slog.Logger) (*tracing, error) {
	endpoint, err := traceEndpoint(p.env)
	if endpoint == "" || err != nil {
		return nil, err
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(endpoint))
	if err != nil {
		return nil, fmt.Errorf("send traces to %s: %w", endpoint, err)
	}
	described, err := resource.New(ctx, resource.WithFromEnv(), resource.WithAttributes(
		attribute.String("service.name", cmp.Or(p.env["OTEL_SERVICE_NAME"], "assay")), attribute.String("service.version", version),
	))
	if err != nil {
		return nil, fmt.Errorf("OTEL_RESOURCE_ATTRIBUTES: %w", err)
	}
	// The library has no other place for errors in the background.
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { logger.Warn("traces not sent", "endpoint", endpoint, "error", err) }))
	return &tracing{sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(described))}, nil
}

// traceEndpoint returns the URL of the collector, empty for none.
func traceEndpoint(env map[string]string) (string, error) {
	value := func(name string) string { return strings.TrimSpace(env[name]) }
	endpoint := value("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
	if base := value("OTEL_EXPORTER_OTLP_ENDPOINT"); endpoint == "" && base != "" {
		endpoint = strings.TrimSuffix(base, "/") + "/v1/traces"
	}
	if endpoint == "" || strings.EqualFold(value("OTEL_SDK_DISABLED"), "true") || value("OTEL_TRACES_EXPORTER") == "none" {
		return "", nil
	}
	if exporter := value("OTEL_TRACES_EXPORTER"); exporter != "" && exporter != "otlp" {
		return "", fmt.Errorf("OTEL_TRACES_EXPORTER: unsupported exporter %q; use otlp or none", exporter)
	}
	protocol := cmp.Or(value("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"), value("OTEL_EXPORTER_OTLP_PROTOCOL"), "http/protobuf")
	if protocol != "http/protobuf" {
		return "", fmt.Errorf("OTEL_EXPORTER_OTLP_PROTOCOL: unsupported protocol %q; use http/protobuf, which collectors accept at port 4318", protocol)
	}
	if !strings.HasPrefix(endpoint, "http://") && !strings.HasPrefix(endpoint, "https://") {
		return "", fmt.Errorf("OTEL_EXPORTER_OTLP_ENDPOINT: invalid URL %q; use one such as http://127.0.0.1:4318", endpoint)
	}
	return endpoint, nil
}

// tracer returns the provider for the server, nil for no spans.
func (t *tracing) tracer() trace.TracerProvider {
	if t == nil {
		return nil
	}
	return t.provider
}

// stop sends the remaining spans, within a time limit.
func (t *tracing) stop(ctx context.Context) {
	if t == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushWithin)
	defer cancel()
	if err := t.provider.Shutdown(ctx); err != nil {
		otel.Handle(err)
	}
}
