package mockserver

import (
	"cmp"
	"net/http"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"example.com/assay/mockserver/internal/journal"
)

// tracer makes a span of every exchange, as a part of the trace that the client
// names in the header traceparent. The nil tracer makes none, and costs nothing.
type tracer struct {
	spans   trace.Tracer
	context propagation.TraceContext
}

func newTracer(provider trace.TracerProvider) *tracer {
	if provider == nil {
		return nil
	}
	return &tracer{spans: provider.Tracer("example.com/assay/mockserver")}
}

// begin starts the span of a request, and returns what ends it. The key is in no
// span, and no header is.
func (t *tracer) begin(r *http.Request, x *journal.Exchange) (end func(journal.Ended)) {
	if t == nil {
		return func(journal.Ended) {}
	}
	ctx := t.context.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
	_, span := t.spans.Start(ctx, x.Hide(r.Method), trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(
		attribute.String("http.request.method", x.Hide(r.Method)),
		attribute.String("url.path", x.Hide(r.URL.Path)),
	))
	return func(ended journal.Ended) {
		defer span.End()
		span.SetName(cmp.Or(ended.Operation, x.Hide(r.Method)))
		if ended.Fault != "" {
			span.SetAttributes(attribute.String("assay.fault", ended.Fault))
		}
		if ended.Status == 0 {
			span.SetStatus(codes.Error, "the connection was cut")
			return
		}
		span.SetAttributes(attribute.Int("http.response.status_code", ended.Status))
		if ended.Status >= http.StatusInternalServerError {
			span.SetStatus(codes.Error, "")
		}
	}
}
