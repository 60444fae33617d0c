import { MissingPackageError } from '../errors/index.js'

/** What is used of the optional package `@opentelemetry/api`, by structure: its own types stay out of this library's. */
export interface OtelApi {
  readonly ROOT_CONTEXT: OtelContext
  readonly trace: {
    getTracer(name: string): OtelTracer
    setSpan(context: OtelContext, span: OtelSpan): OtelContext
    setSpanContext(context: OtelContext, spanContext: OtelSpanContext): OtelContext
    getSpanContext(context: OtelContext): OtelSpanContext | undefined
    isSpanContextValid(spanContext: OtelSpanContext): boolean
  }
  readonly context: {
    active(): OtelContext
    with<T>(context: OtelContext, run: () => T): T
  }
}

/** A context of OpenTelemetry: handed on, never looked into. */
export interface OtelContext {
  getValue(key: symbol): unknown
  setValue(key: symbol, value: unknown): OtelContext
  deleteValue(key: symbol): OtelContext
}

/** Where a span is in its trace. */
export interface OtelSpanContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** 16 hexadecimal digits. */
  readonly spanId: string
  readonly traceFlags: number
  readonly isRemote?: boolean
}

/** What is told of a span. */
export interface OtelSpan {
  spanContext(): OtelSpanContext
  setAttribute(name: string, value: string | number): unknown
  setStatus(status: { readonly code: number; readonly message?: string }): unknown
  end(): void
}

/** Makes spans: a `Tracer` of OpenTelemetry. */
export interface OtelTracer {
  startSpan(
    name: string,
    options?: { readonly kind?: number; readonly attributes?: Readonly<Record<string, string | number>> },
    context?: OtelContext,
  ): OtelSpan
}

// A variable, so that bundlers do not look for a package that may be missing.
const PACKAGE: string = '@opentelemetry/api'

/**
 * Imports `@opentelemetry/api` on first use.
 *
 * @throws MissingPackageError when it is not installed or does not load.
 */
export async function otelApi(
  importPackage: () => Promise<unknown> = () => import(/* @vite-ignore */ PACKAGE),
): Promise<OtelApi> {
  try {
    return (await importPackage()) as OtelApi
  } catch (cause) {
    throw new MissingPackageError({ packageName: PACKAGE, neededFor: 'tracing calls', cause })
  }
}
