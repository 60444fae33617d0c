import {
  type Check,
  check,
  durationMs,
  finiteNumber,
  listOf,
  oneOf,
  optional,
  plainObject,
  type ShapeOf,
  shape,
  text,
  wholeNumber,
} from '../../checks/index.js'
import type {
  AlterFault,
  CutFault,
  DelayFault,
  DripFault,
  Fault,
  FaultScope,
  LossFault,
  RefuseFault,
  RepeatFault,
  RestartFault,
  SilenceFault,
  SkewFault,
} from './types.js'

/** Name of a peer. */
export const peerName: Check = text({ min: 1, max: 64 })

const anyMs = durationMs()
const chance = finiteNumber({ min: 0, max: 1 })
const direction = oneOf(['toListener', 'toDialler'])
const scope: ShapeOf<FaultScope> = {
  dialler: optional(peerName),
  listener: optional(peerName),
  fromMs: optional(anyMs),
  untilMs: optional(anyMs),
}
const frameScope = { ...scope, direction: optional(direction) }

/** Who learns of a cut. */
export const toldOfCut: Check = oneOf(['both', 'dialler', 'listener', 'nobody'])

/** Connections of some peers. */
export const linkShape: Check = shape<Pick<FaultScope, 'dialler' | 'listener'>>({
  dialler: optional(peerName),
  listener: optional(peerName),
})

/** What a restart may be, but for when and whose. */
export const restartEntries: ShapeOf<Pick<RestartFault, 'downMs' | 'how' | 'loses'>> = {
  downMs: anyMs,
  how: optional(oneOf(['stop', 'reset', 'powerLoss'])),
  loses: optional(oneOf(['nothing', 'memory', 'key', 'both'])),
}

/** Each `kind` was looked at by then. */
const kind = text()

const shapes: { readonly [Kind in Fault['kind']]: Check } = {
  loss: shape<LossFault>({ kind, chance, afterFrame: optional(wholeNumber()), ...frameScope }),
  repeat: shape<RepeatFault>({ kind, chance, ...frameScope }),
  alter: shape<AlterFault>({ kind, chance, ...frameScope }),
  delay: shape<DelayFault>({ kind, delayMs: anyMs, jitterMs: optional(anyMs), ...frameScope }),
  drip: shape<DripFault>({ kind, bytesPerSecond: finiteNumber({ min: 1 }), ...frameScope }),
  silence: shape<SilenceFault>({ kind, ...frameScope }),
  refuse: shape<RefuseFault>({ kind, ...scope }),
  cut: shape<CutFault>({
    kind,
    afterFrame: wholeNumber(),
    direction,
    connection: optional(wholeNumber()),
    told: optional(toldOfCut),
    code: optional(wholeNumber({ min: 1_000, max: 4_999 })),
    ...scope,
  }),
  skew: shape<SkewFault>({
    kind,
    peer: peerName,
    offsetMs: optional(finiteNumber({ min: -1e12, max: 1e12 })),
    ratePpm: optional(finiteNumber({ min: -900_000, max: 9_000_000 })),
  }),
  restart: shape<RestartFault>({ kind, peer: peerName, atMs: anyMs, ...restartEntries }),
}
const kinds = oneOf(Object.keys(shapes))
const anyFaults = listOf(plainObject)

/** Names of all kinds of faults. */
export const FAULT_KINDS: readonly Fault['kind'][] = Object.keys(shapes) as Fault['kind'][]

/**
 * Holds a list of faults to what faults are.
 *
 * @throws InvalidArgumentError naming the part that is wrong, such as `faults[2].chance`.
 */
export function checkFaults(faults: readonly Fault[]): void {
  check('faults', anyFaults, faults)
  for (let at = 0; at < faults.length; at++) {
    const field = `faults[${at}]`
    const fault = faults[at] as Fault
    check(`${field}.kind`, kinds, fault.kind)
    check(field, shapes[fault.kind], fault)
  }
}
