import type { Chain, Preset } from '../chain/index.js'
import { printable } from '../errors/index.js'
import type { BlockUpdate, LedgerEvent } from '../ledger/index.js'
import { formatTao } from '../units/index.js'
import type { CliIo } from './io.js'
import type { LocalAccount } from './localnetSetup.js'

/** A quiet chain still shows that it lives, once in so many blocks. */
const PULSE_BLOCKS = 100

interface LocalnetFacts {
  readonly url: string
  readonly preset: Preset
  readonly accounts: readonly LocalAccount[]
  readonly subnets: number
}

/** Prints what a newcomer needs to join. */
export function introduce({ url, preset, accounts, subnets }: LocalnetFacts, io: CliIo): void {
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
): Promise<void> {
  for await (const update of chain.blocks({ signal: stop })) {
    const line = quiet ? undefined : lineOf(update)
    if (line !== undefined) io.out(`${line}\n`)
  }
}

function lineOf({ header, receipts, events }: BlockUpdate): string | undefined {
  const refusals = receipts.flatMap(({ callName, refusal }) =>
    refusal === null ? [] : [`${callName} refused (${refusal.error})`],
  )
  const happened = [...events, ...receipts.flatMap((receipt) => receipt.events)].flatMap(describe)
  const parts = [...happened, ...refusals]
  if (parts.length === 0 && header.number % PULSE_BLOCKS !== 0) return undefined
  return `block ${header.number}  ${header.hash.slice(0, 8)}  ${parts.join(', ')}`.trimEnd()
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

function short(address: LedgerEvent['data'][string] | undefined): string {
  return `${String(address).slice(0, 8)}…`
}
