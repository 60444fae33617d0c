import type { Chain, Preset } from '../chain/index.js'
import { type Clock, systemClock } from '../clock/index.js'
import { printable } from '../errors/index.js'
import type { BlockUpdate, LedgerEvent } from '../ledger/index.js'
import { type Address, formatTao } from '../units/index.js'
import type { CliIo } from './io.js'
import type { LocalAccount } from './localnetSetup.js'

/** A quiet chain still shows that it lives, once in so many blocks. */
const PULSE_BLOCKS = 100

/** Between two lines that tell of nothing but the same routine of the same subnet. */
const ROUTINE_MS = 250
const ROUTINE: ReadonlySet<LedgerEvent['name']> = new Set(['EpochRan', 'WeightsSet'])

interface LocalnetFacts {
  readonly url: string
  /** Where metrics are served; `undefined` where they are not. */
  readonly metricsUrl: string | undefined
  readonly preset: Preset
  readonly accounts: readonly LocalAccount[]
  readonly subnets: number
}

/** Prints what a newcomer needs to join. */
export function introduce({ url, metricsUrl, preset, accounts, subnets }: LocalnetFacts, io: CliIo): void {
  const { tempoBlocks } = preset.config.hyperparameters
  const pace = preset.blockMs === 0 ? 'blocks as fast as possible' : `a block every ${preset.blockMs} ms`
  const width = Math.max(...accounts.map(({ uri }) => nameOf(uri).length))
  const rows = accounts.map(
    ({ uri, address, balanceRao }) =>
      `  ${nameOf(uri).padEnd(width)}  ${address}  ${formatTao(balanceRao)} TAO\n`,
  )
  io.out(
    [
      `Chain node at ${url} (preset ${preset.name}: ${pace}, an epoch every ${tempoBlocks === 1 ? 'block' : `${tempoBlocks} blocks`}).\n`,
      metricsUrl === undefined ? '' : `Metrics at ${metricsUrl}/metrics, health at /healthz and /readyz.\n`,
      'Accounts; everybody knows these keys, so never use them elsewhere:\n',
      ...rows,
      subnets === 0 ? '' : `Open subnets: 1${subnets === 1 ? '' : ` to ${subnets}`}, owned by //Alice.\n`,
      'Ctrl-C ends it.\n',
    ].join(''),
  )
}

function nameOf(uri: string | undefined): string {
  return printable(uri ?? '', 40)
}

/** Prints blocks in which something happened, until the user ends the command. */
export async function reportBlocks(
  chain: Chain,
  { quiet, stop }: { readonly quiet: boolean; readonly stop: AbortSignal },
  io: CliIo,
  clock: Pick<Clock, 'now'> = systemClock,
): Promise<void> {
  const pace = new LinePace(clock)
  for await (const update of chain.blocks({ signal: stop })) {
    const line = quiet ? undefined : lineOf(update)
    if (line === undefined || !pace.mayPrint(line.routine)) continue
    io.out(`${line.text}${pace.gapBefore(update.header.number)}\n`)
  }
}

/**
 * Lets each subnet's routine through a few times a second and tells how many blocks lie between: a chain without a pause makes hundreds of blocks in
 * one. What one subnet does hides nothing of another.
 */
class LinePace {
  readonly #clock: Pick<Clock, 'now'>
  /** When each routine was told last. */
  readonly #toldAt = new Map<string, number>()
  #lastBlock = 0
  #hasLeftOut = false

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  mayPrint(routine: readonly string[] | null): boolean {
    if (routine === null) return true
    const now = this.#clock.now()
    const isNews = routine.some((name) => now - (this.#toldAt.get(name) ?? -ROUTINE_MS) >= ROUTINE_MS)
    if (isNews) for (const name of routine) this.#toldAt.set(name, now)
    else this.#hasLeftOut = true
    return isNews
  }

  /** What a line that is printed says of those that were left out before it. */
  gapBefore(block: number): string {
    const gap = this.#hasLeftOut ? `  (${block - this.#lastBlock} blocks after the line above)` : ''
    this.#lastBlock = block
    this.#hasLeftOut = false
    return gap
  }
}

interface Line {
  readonly text: string
  /** What was done, where nobody did anything but what is done in every epoch; `null` for all else. */
  readonly routine: readonly string[] | null
}

function lineOf({ header, receipts, events }: BlockUpdate): Line | undefined {
  const refusals = receipts.flatMap(({ callName, refusal }) =>
    refusal === null ? [] : [`${callName} refused (${refusal.error}: ${refusal.detail} ${refusal.remedy})`],
  )
  const all = [...events, ...receipts.flatMap((receipt) => receipt.events)]
  const happened = all.flatMap(describe)
  const parts = [...happened, ...refusals]
  if (parts.length === 0 && header.number % PULSE_BLOCKS !== 0) return undefined
  const told = all.filter((event) => describe(event).length > 0)
  const isRoutine = refusals.length === 0 && told.every(({ name }) => ROUTINE.has(name))
  const routine = told.length === 0 ? ['pulse'] : told.map(({ name, netuid }) => `${name} ${netuid}`)
  return {
    text: `block ${header.number}  ${header.hash.slice(0, 8)}  ${parts.join(', ')}`.trimEnd(),
    routine: isRoutine ? routine : null,
  }
}

function describe({ name, netuid, data }: LedgerEvent): string[] {
  switch (name) {
    case 'NeuronRegistered':
      return [`uid ${data.uid} of subnet ${netuid} is ${short(data.hotkey)}`]
    case 'AxonServed':
      return [`uid ${data.uid} of subnet ${netuid} answers at ${data.ip}:${data.port}`]
    case 'WeightsSet':
      return [`uid ${data.uid} of subnet ${netuid} set ${data.count} weights`]
    case 'EpochRan':
      return [`epoch ${data.epochIndex} of subnet ${netuid}`]
    case 'StakeAdded':
    case 'StakeRemoved':
    case 'Transfer':
    case 'NetworkAdded':
    case 'HyperparameterSet':
      return [`${name}${netuid === null ? '' : ` on subnet ${netuid}`}`]
    default:
      return []
  }
}

function short(address: Address): string {
  return `${address.slice(0, 8)}…`
}
