import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { BLOCK_EVENTS } from '../../src/ledger/block/blockEvents.js'
import { CALL_TABLE } from '../../src/ledger/calls/callTable.js'
import type { CallDefinition } from '../../src/ledger/calls/defineCall.js'
import { DOOR_REFUSALS } from '../../src/ledger/doorRefusals.js'
import type { EventKinds } from '../../src/ledger/events.js'
import { describeHyperparameters } from '../../src/ledger/index.js'
import { QUERIES } from '../../src/ledger/queries/queryTable.js'
import { root } from './sources.js'

const page = readFileSync(join(root, 'docs/ledger.md'), 'utf8')

/** Rows of the table below a heading, as cells of names in backquotes. */
function rowsBelow(heading: string): string[][][] {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? ''
  const rows = section.split('\n').filter((line) => line.startsWith('| `'))
  return rows.map((row) =>
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
    const section = page.split('\n## ').find((part) => part.startsWith('Hyperparameters\n')) ?? ''
    expect(section.split('\n').filter((line) => line.startsWith('| `'))).toEqual(rows)
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
