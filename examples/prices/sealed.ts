import type { Round, TaskSeed } from 'subnetkit/mechanism'
import type { Synapse } from 'subnetkit/synapse'
import type { Hotkey } from 'subnetkit/units'
import { type Paths, type Range, seal, sealOf, type Window } from './protocol.js'

/** So many blocks after the question the hour begins: longer than any seal may take. Until then nobody shows anything. */
const LEAD_BLOCKS = 3

/** Of one miner that was asked. */
export interface Said<Forecast> {
  readonly hotkey: Hotkey
  /** None where nothing came, or what was shown is not what was sealed. */
  readonly forecast: Forecast | undefined
}

/** Forecasts of an hour, and chance that nobody knew when they were made. */
export interface Asked<Forecast> extends Window {
  readonly said: readonly Said<Forecast>[]
  readonly chance: TaskSeed
  /** Seals still came in when the hour had begun, and others showed what they had: such a round tells nothing. */
  readonly isLate: boolean
}

/**
 * Asks all miners for a forecast of an hour that has not begun: first for its digest, then, when the hour has begun, for what it stands for.
 *
 * @param ask.isSealed - otherwise the forecast itself is asked for, at once.
 */
export async function askSealed<Forecast extends Paths | Range>(
  round: Pick<Round, 'block' | 'askAll' | 'wait'>,
  ask: {
    readonly what: 'paths' | 'range'
    readonly synapse: Synapse<Window, Forecast>
    readonly isSealed: boolean
    readonly timeoutMs: number
  },
): Promise<Asked<Forecast>> {
  const { what, synapse, isSealed, timeoutMs } = ask
  if (!isSealed) {
    const { block: startsAt } = round
    const replies = await round.askAll(synapse, { startsAt }, { timeoutMs })
    const said = replies.map(({ hotkey, answer }) => ({ hotkey, forecast: answer }))
    return { startsAt, said, chance: await round.wait({ blocks: LEAD_BLOCKS }), isLate: false }
  }
  const startsAt = round.block + LEAD_BLOCKS
  const seals = await round.askAll(seal, { what, startsAt }, { timeoutMs })
  const digests = new Map(seals.map(({ hotkey, answer }) => [hotkey, answer?.digest]))
  // Counted from the newest block, which may be a later one than the round's: of that one nobody can have known.
  const chance = await round.wait({ blocks: LEAD_BLOCKS })
  const isSealer = ({ hotkey }: { readonly hotkey: Hotkey }) => digests.get(hotkey) !== undefined
  const shown = await round.askAll(synapse, (miner) => (isSealer(miner) ? { startsAt } : undefined), {
    timeoutMs,
  })
  const said = seals.map(({ hotkey }) => {
    const forecast = shown.find((one) => one.hotkey === hotkey)?.answer
    const isTrue = forecast !== undefined && sealOf(hotkey, forecast) === digests.get(hotkey)
    return { hotkey, forecast: isTrue ? forecast : undefined }
  })
  return { startsAt, said, chance, isLate: chance.round >= startsAt + LEAD_BLOCKS }
}

/** An answer, and those who gave it. */
export interface Group<Forecast> {
  readonly hotkeys: readonly [Hotkey, ...Hotkey[]]
  readonly forecast: Forecast
}

/** Answers, each with all who gave the same by what is told of it. */
export function groupsOf<Forecast>(
  said: readonly Said<Forecast>[],
  keyOf: (forecast: Forecast, hotkey: Hotkey) => string,
): Group<Forecast>[] {
  const groups = new Map<string, Group<Forecast>>()
  for (const { hotkey, forecast } of said) {
    if (forecast === undefined) continue
    const key = keyOf(forecast, hotkey)
    const known = groups.get(key)
    groups.set(key, { forecast, hotkeys: known === undefined ? [hotkey] : [...known.hotkeys, hotkey] })
  }
  return [...groups.values()]
}
