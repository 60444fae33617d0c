import { SchemaMismatchError, validated } from '../synapse/index.js'
import type { AdmissionPlaces } from './AdmissionPlaces.js'
import { type HookName, HookResultError } from './axonErrors.js'
import type { FixedRefusal, RefusalReason } from './events.js'
import type { Route } from './routes.js'
import type { CallerInfo } from './types.js'

/** What became of a call on its way to the queue. */
export type Verdict =
  | { readonly kind: 'admitted'; readonly request: unknown; readonly priority: number }
  | ({ readonly kind: 'refused'; readonly cause?: unknown } & (
      | FixedRefusal
      | { readonly reason: RefusalReason }
    ))
  /** The synapse's own schema threw. */
  | { readonly kind: 'failed'; readonly cause: unknown }

interface Admission {
  readonly call: CallerInfo
  readonly route: Route
  /** What its caller counts for. */
  readonly standing: number
  readonly places: AdmissionPlaces
}

/**
 * Asks blacklist, schema, verify and priority, in this order, whether a call may go on. Only a clear yes admits; what is refused whatever it
 * asks is so after the blacklist. All of them are
 * code of the axon's owner: until the last has ended, the call holds a place among those being admitted, also when it is long over.
 */
export async function admitCall(admission: Admission): Promise<Verdict> {
  const { call, standing, places } = admission
  const hasStanding = standing > 0
  if (!places.enter(call.hotkey, hasStanding)) return { kind: 'refused', reason: 'admittingFull' }
  try {
    return await decide(admission)
  } finally {
    places.leave(call.hotkey, hasStanding)
  }
}

async function decide({ call, route, standing }: Admission): Promise<Verdict> {
  const { hooks } = route
  if (hooks.blacklist !== undefined) {
    const refusal = await answerOf('blacklist', () => hooks.blacklist?.(call), false)
    if (refusal !== undefined) return { kind: 'refused', reason: 'blacklisted', ...refusal }
  }
  if (route.synapse.kind === 'unary' && 'refusal' in route && route.refusal !== undefined)
    return { kind: 'refused', ...route.refusal }
  let request: unknown
  try {
    const part = { synapse: call.synapse, part: 'request' } as const
    const checked = validated(route.synapse.request, call.request, part)
    request = checked instanceof Promise ? await checked : checked
  } catch (cause) {
    if (!(cause instanceof SchemaMismatchError)) return { kind: 'failed', cause }
    return { kind: 'refused', reason: 'malformedRequest', cause }
  }
  if (hooks.verify === undefined && hooks.priority === undefined)
    return { kind: 'admitted', request, priority: standing }
  const checked = { ...call, request }
  if (hooks.verify !== undefined) {
    const refusal = await answerOf('verify', () => hooks.verify?.(checked), true)
    if (refusal !== undefined) return { kind: 'refused', reason: 'notVerified', ...refusal }
  }
  if (hooks.priority === undefined) return { kind: 'admitted', request, priority: standing }
  return priorityOf(checked, hooks.priority)
}

/** Why a hook did not let a call in; undefined when it gave exactly `admitting`. */
async function answerOf(
  hook: HookName,
  ask: () => unknown,
  admitting: boolean,
): Promise<{ readonly cause?: unknown } | undefined> {
  try {
    const answer = await ask()
    if (answer === admitting) return undefined
    return answer === !admitting ? {} : { cause: new HookResultError({ hook, value: answer }) }
  } catch (cause) {
    return { cause: cause ?? new HookResultError({ hook, value: cause }) }
  }
}

function priorityOf(call: CallerInfo, ask: (call: CallerInfo) => unknown): Verdict {
  try {
    const priority = ask(call)
    if (typeof priority === 'number' && !Number.isNaN(priority)) {
      return { kind: 'admitted', request: call.request, priority }
    }
    // A promise that rejects later would end the process.
    if (priority instanceof Promise) priority.catch(() => {})
    return {
      kind: 'refused',
      reason: 'noPriority',
      cause: new HookResultError({ hook: 'priority', value: priority }),
    }
  } catch (cause) {
    return { kind: 'refused', reason: 'noPriority', cause }
  }
}
