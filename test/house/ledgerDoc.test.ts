import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { localnetPreset, referencePreset } from '../../src/chain/index.js'
import { BLOCK_EVENTS } from '../../src/ledger/block/blockEvents.js'
import { CALL_TABLE } from '../../src/ledger/calls/callTable.js'
import type { CallDefinition } from '../../src/ledger/calls/defineCall.js'
import { DOOR_REFUSALS } from '../../src/ledger/doorRefusals.js'
import type { EventKinds } from '../../src/ledger/events.js'
import type { ChainConfig } from '../../src/ledger/index.js'
import { describeHyperparameters, REFERENCE_SETTINGS } from '../../src/ledger/index.js'
import { QUERIES } from '../../src/ledger/queries/queryTable.js'
import { root } from './sources.js'

const page = readFileSync(join(root, 'docs/ledger.md'), 'utf8')

/** What stands above an entry of a table in the sources, on one line: what an editor shows of it. */
function saidAbove(file: string, name: string): string {
  const source = readFileSync(join(root, 'src/ledger', file), 'utf8')
  return source.match(new RegExp(`/\\*\\* (.*) \\*/\n  ${name}: \\w+\\(`))?.[1] ?? `nothing above ${name}`
}

/** Lines of the table below a heading. */
function linesBelow(heading: string): string[] {
  const section = page.split('\n## ').find((part) => part.startsWith(`${heading}\n`)) ?? ''
  return section.split('\n').filter((line) => line.startsWith('| `'))
}

/** Rows of the table below a heading, as cells of names in backquotes. */
function rowsBelow(heading: string): string[][][] {
  return linesBelow(heading).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)),
  )
}

const calls = Object.entries<CallDefinition>(CALL_TABLE)

const asRows = (events: EventKinds): string[][][] =>
  Object.entries(events).map(([name, fields]) => [
    [name],
    Object.entries(fields).map(([field, { holds }]) => `${field}: ${holds}`),
  ])

describe('docs/ledger.md', () => {
  test('says of every call by which names it is refused, in the order of its checks', () => {
    const inCode = calls.map(([name, { refuses }]) => [[name], [...new Set(refuses)]])
    expect(rowsBelow('Calls').map(([name, , refuses]) => [name, refuses])).toEqual(inCode)
  })

  test('says by which names any call is refused', () => {
    const [sentence = ''] = page.match(/Any call can be refused[^.]*\./) ?? []
    expect([...sentence.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual([...DOOR_REFUSALS])
  })

  test('says of every hyperparameter what its entry says', () => {
    const rows = describeHyperparameters().map(
      ({ name, says, reference, setBy, bounds, ownerMay, isOfEpoch }) =>
        `| \`${name}\` | ${says} | ${reference} | ${setBy} | ${bounds} | ${ownerMay} | ${isOfEpoch ? 'yes' : ''} |`,
    )
    expect(linesBelow('Hyperparameters')).toEqual(rows)
  })

  test('says of every setting of a chain what an editor shows of it', () => {
    const rows = Object.entries(REFERENCE_SETTINGS).map(
      ([name, reference]) => `| \`${name}\` | ${saidAbove('config.ts', name)} | ${reference} |`,
    )
    expect(linesBelow('Settings of a chain')).toEqual(rows)
  })

  test('says of every setting of the localnet in which it differs from the reference', () => {
    const flat = ({ hyperparameters, chainId: _, ...settings }: ChainConfig): Record<string, unknown> => ({
      ...settings,
      ...hyperparameters,
    })
    const [reference, local] = [flat(referencePreset.config), flat(localnetPreset().config)]
    const differing = Object.keys(reference).filter((name) => reference[name] !== local[name])
    const rows = linesBelow('Settings of the localnet').map((row) => row.split(' | ').slice(0, 2))
    expect(rows.sort()).toEqual(differing.map((name) => [`| \`${name}\``, String(local[name])]).sort())
  })

  test('an editor shows of every hyperparameter what its entry says', () => {
    for (const { name, says } of describeHyperparameters()) {
      const shown = saidAbove('rules/hyperparameters.ts', name)
      expect(shown.toLowerCase().startsWith(`${says.toLowerCase()}.`), `${name}: ${shown}`).toBe(true)
    }
  })

  test('lists every query', () => {
    expect(rowsBelow('Queries').map(([name]) => name)).toEqual(Object.keys(QUERIES).map((name) => [name]))
  })

  test('says of every event what its data holds', () => {
    const ofCalls = Object.assign({}, ...calls.map(([, { events }]) => events)) as EventKinds
    expect(rowsBelow('Events').map((row) => row.slice(0, 2))).toEqual([
      ...asRows(BLOCK_EVENTS),
      ...asRows(ofCalls),
    ])
  })
})
