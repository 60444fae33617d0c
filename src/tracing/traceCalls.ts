import { Axon, type ReceivedCall, type ReceivedObservation } from '../axon/index.js'
import { check, having, instance, optional, shape } from '../checks/index.js'
import { type CallObservation, Dendrite, type ObservedCall } from '../dendrite/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import type { Status } from '../synapse/index.js'
import { type OtelApi, type OtelContext, type OtelSpan, type OtelTracer, otelApi } from './otel.js'
import { spanContextOf, traceparentOf } from './traceparent.js'

/** What is traced. */
export interface TracedParts {
  /** A span of kind SERVER for each call that it has a handler for. */
  readonly axon?: Axon
  /** A span of kind CLIENT for each call that it sends. */
  readonly dendrite?: Dendrite
}

/** How calls are traced. */
export interface TraceOptions {
  /** Default: that which `@opentelemetry/api` gives for `subnetkit`. */
  readonly tracer?: OtelTracer
}

const partsShape = shape<TracedParts>({
  axon: optional(instance(Axon)),
  dendrite: optional(instance(Dendrite)),
})
const optionsShape = shape<TraceOptions>({
  tracer: optional(having('a tracer of OpenTelemetry', ['startSpan'])),
})

/** Kinds and codes of OpenTelemetry. */
const SERVER = 1
const CLIENT = 2
const ERROR = 2

/** What is the server's own fault, as the conventions for gRPC have it: the rest is between its rules and the caller. */
const SERVER_FAULTS: ReadonlySet<Status> = new Set(['failed', 'timeout', 'tooLarge', 'unreachable'])

/**
 * Traces calls with OpenTelemetry: a client span for each call of a dendrite, a server span as its child for each call of an axon,
 * through any number of hops. The trace travels with the request (`traceparent` of W3C Trace Context); a handler that calls on hands it on with `within`,
 * or by the active context where a context manager is registered. Spans hold names, addresses and statuses, never what was asked or answered.
 *
 * Register a tracer provider first, as for any program; without one nothing is recorded, and a trace that a caller began is handed on all the same.
 *
 * @returns what ends the tracing; spans of calls under way are ended all the same.
 * @throws MissingPackageError when the optional package `@opentelemetry/api` is not installed.
 * @throws InvalidArgumentError for what is no axon, dendrite or tracer, and when neither is given.
 *
 * @example
 * ```ts
 * import type { Axon } from 'subnetkit/axon'
 * import type { Dendrite } from 'subnetkit/dendrite'
 * import { defineSynapse } from 'subnetkit/synapse'
 * import { traceCalls } from 'subnetkit/tracing'
 * import { z } from 'zod'
 *
 * const half = defineSynapse({ name: 'half', request: z.number(), answer: z.number() })
 *
 * async function serve(axon: Axon, dendrite: Dendrite, next: Parameters<Dendrite['call']>[1]): Promise<void> {
 *   await traceCalls({ axon, dendrite })
 *   axon.handle(half, async (value, context) => {
 *     const result = await dendrite.call(half, next, value, { within: context }) // a child of this call's span
 *     return result.status === 'ok' ? result.answer : value / 2
 *   })
 * }
 * ```
 */
export async function traceCalls(parts: TracedParts, options: TraceOptions = {}): Promise<() => void> {
  check('parts', partsShape, parts)
  check('options', optionsShape, options)
  const { axon, dendrite } = parts
  if (axon === undefined && dendrite === undefined) {
    const remedy = 'Name what to trace, such as { axon, dendrite }.'
    throw new InvalidArgumentError({ field: 'parts', value: parts, remedy })
  }
  const api = await otelApi()
  const tracer = options.tracer ?? api.trace.getTracer('subnetkit')
  const spans = new CallSpans(api, tracer)
  const offs = [
    axon?.observe({ begins: (call) => spans.received(call) }),
    dendrite?.observe({ begins: (call) => spans.sent(call) }),
  ]
  return () => {
    for (const off of offs) off?.()
  }
}

class CallSpans {
  readonly #api: OtelApi
  readonly #tracer: OtelTracer

  constructor(api: OtelApi, tracer: OtelTracer) {
    this.#api = api
    this.#tracer = tracer
  }

  sent({ synapse, target, requestId, traceparent }: ObservedCall): CallObservation {
    const span = this.#tracer.startSpan(
      synapse,
      {
        kind: CLIENT,
        attributes: {
          ...attributesOf(synapse, requestId),
          'server.address': target.host,
          'server.port': target.port,
          'subnetkit.server.hotkey': target.hotkey,
        },
      },
      this.#parentOf(traceparent),
    )
    const ended: CallObservation['ended'] = ({ status }) => end(span, status, status !== 'ok')
    return { ...this.#placeOf(span), ended }
  }

  received({ synapse, caller, remote, requestId, traceparent }: ReceivedCall): ReceivedObservation {
    const parent = spanContextOf(traceparent)
    // Whatever is active when a call comes in, such as another call of the same connection, is not what it belongs to.
    const root = this.#api.ROOT_CONTEXT
    const from = parent === undefined ? root : this.#api.trace.setSpanContext(root, parent)
    const span = this.#tracer.startSpan(
      synapse,
      {
        kind: SERVER,
        attributes: {
          ...attributesOf(synapse, requestId),
          ...peerOf(remote),
          'subnetkit.client.hotkey': caller,
        },
      },
      from,
    )
    const own = this.#api.trace.setSpan(from, span)
    return {
      ...this.#placeOf(span),
      run: (step) => this.#api.context.with(own, step),
      ended: ({ status }) => end(span, status, SERVER_FAULTS.has(status)),
    }
  }

  /** The span that is active, where it is of the trace that the call names or the call names none; else the place that it names. */
  #parentOf(traceparent: string | undefined): OtelContext {
    const active = this.#api.context.active()
    const named = spanContextOf(traceparent)
    if (named === undefined) return active
    const { trace } = this.#api
    return trace.getSpanContext(active)?.traceId === named.traceId
      ? active
      : trace.setSpanContext(active, named)
  }

  /** Of a span that nobody records there is no place to hand on. */
  #placeOf(span: OtelSpan): { readonly traceparent?: string } {
    const place = span.spanContext()
    return this.#api.trace.isSpanContextValid(place) ? { traceparent: traceparentOf(place) } : {}
  }
}

/** @source OpenTelemetry semantic conventions for RPC: `rpc.system`, `rpc.method` */
function attributesOf(synapse: string, requestId: string): Readonly<Record<string, string>> {
  return { 'rpc.system': 'subnetkit', 'rpc.method': synapse, 'subnetkit.request.id': requestId }
}

/** @source OpenTelemetry semantic conventions, `client.address`, `client.port` */
function peerOf(remote: string): Readonly<Record<string, string | number>> {
  const [, address = '', port = ''] = /^(.*):(\d{1,5})$/.exec(remote) ?? []
  return address === '' ? {} : { 'client.address': address, 'client.port': Number(port) }
}

/** @source OpenTelemetry semantic conventions, `error.type` */
function end(span: OtelSpan, status: Status, isError: boolean): void {
  span.setAttribute('subnetkit.status', status)
  if (isError) {
    span.setAttribute('error.type', status)
    span.setStatus({ code: ERROR })
  }
  span.end()
}
