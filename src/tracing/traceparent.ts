import { isTraceparent } from '../synapse/index.js'
import type { OtelSpanContext } from './otel.js'

/** A place in a trace, as W3C Trace Context writes it. @source W3C Trace Context, 3.2 */
export function traceparentOf({ traceId, spanId, traceFlags }: OtelSpanContext): string {
  return `00-${traceId}-${spanId}-${(traceFlags & 0xff).toString(16).padStart(2, '0')}`
}

/** The place in a trace that a text names; undefined for none, and for a text that is none. */
export function spanContextOf(traceparent: string | undefined): OtelSpanContext | undefined {
  if (!isTraceparent(traceparent)) return undefined
  const [, traceId = '', spanId = '', flags = ''] = traceparent.split('-')
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true }
}
