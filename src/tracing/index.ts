export type { OtelContext, OtelSpan, OtelSpanContext, OtelTracer } from './otel.js'
export { type TracedParts, type TraceOptions, traceCalls } from './traceCalls.js'
