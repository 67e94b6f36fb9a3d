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

// flushWithin is how long the last spans may take to be sent at the end.
const flushWithin = 500 * time.Millisecond

// tracing exports traces. A nil tracing exports nothing.
type tracing struct{ provider *sdk.TracerProvider }

// newTracing sends traces where the standard variables of OpenTelemetry say, and
// nowhere if they do not. What it does not read here (headers, sampling, limits)
// the library reads from the environment of the process by itself.
func newTracing(ctx context.Context, p *process, logger *slog.Logger) (*tracing, error) {
	endpoint, err := traceEndpoint(p.lookupEnv)
	if endpoint == "" || err != nil {
		return nil, err
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(endpoint))
	if err != nil {
		return nil, fmt.Errorf("send traces to %s: %w", endpoint, err)
	}
	name, _ := p.lookupEnv("OTEL_SERVICE_NAME")
	described, err := resource.New(ctx, resource.WithFromEnv(), resource.WithAttributes(
		attribute.String("service.name", cmp.Or(name, "assay")), attribute.String("service.version", version),
	))
	if err != nil {
		return nil, fmt.Errorf("OTEL_RESOURCE_ATTRIBUTES: %w", err)
	}
	// The library has no other place for what goes wrong in the background.
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { logger.Warn("traces not sent", "endpoint", endpoint, "error", err) }))
	return &tracing{sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(described))}, nil
}

// traceEndpoint returns the URL that takes traces, empty if none is wanted.
func traceEndpoint(lookup func(string) (string, bool)) (string, error) {
	value := func(name string) string {
		v, _ := lookup(name)
		return strings.TrimSpace(v)
	}
	endpoint := value("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
	if base := value("OTEL_EXPORTER_OTLP_ENDPOINT"); endpoint == "" && base != "" {
		endpoint = strings.TrimSuffix(base, "/") + "/v1/traces"
	}
	if endpoint == "" || strings.EqualFold(value("OTEL_SDK_DISABLED"), "true") || value("OTEL_TRACES_EXPORTER") == "none" {
		return "", nil
	}
	if exporter := value("OTEL_TRACES_EXPORTER"); exporter != "" && exporter != "otlp" {
		return "", fmt.Errorf("OTEL_TRACES_EXPORTER: expected otlp or none, got %q", exporter)
	}
	protocol := cmp.Or(value("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"), value("OTEL_EXPORTER_OTLP_PROTOCOL"), "http/protobuf")
	if protocol != "http/protobuf" {
		return "", fmt.Errorf("OTEL_EXPORTER_OTLP_PROTOCOL: expected http/protobuf, got %q; collectors take that at port 4318", protocol)
	}
	if !strings.HasPrefix(endpoint, "http://") && !strings.HasPrefix(endpoint, "https://") {
		return "", fmt.Errorf("OTEL_EXPORTER_OTLP_ENDPOINT: expected a URL such as http://127.0.0.1:4318, got %q", endpoint)
	}
	return endpoint, nil
}

// tracer returns what the server makes spans with; nil: it makes none.
func (t *tracing) tracer() trace.TracerProvider {
	if t == nil {
		return nil
	}
	return t.provider
}

// stop sends what has not been sent yet, if that can be done in time.
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
