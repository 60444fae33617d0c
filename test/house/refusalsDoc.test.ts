import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CALL_TABLE } from '../../src/ledger/calls/callTable.js'
import type { CallDefinition } from '../../src/ledger/calls/defineCall.js'
import { DOOR_REFUSALS } from '../../src/ledger/doorRefusals.js'
import { describeRefusals } from '../../src/ledger/index.js'
import { FROZEN_REFUSALS } from '../../src/ledger/keys/whyFrozen.js'
import { poolRefusals } from '../../src/ledger/refusals/pool.js'
import { REFUSALS } from '../../src/ledger/refusals/refuse.js'
import { filesBelow, root } from './sources.js'

/** A text of the table with its fields as code. */
const shown = (text: string): string => text.replace(/\{(\w+)\}/g, '`$1`')

const rows = describeRefusals().map(({ name, because, says, data, remedy }) => {
  const names = because === null ? `\`${name}\`` : `\`${name}\` \`${because}\``
  const fields = data.map(({ field, holds }) => `\`${field}: ${holds}\``).join(', ')
  return `| ${names} | ${shown(says)} | ${fields} | ${shown(remedy)} |`
})

const files = [...filesBelow('src/ledger', '.ts'), ...filesBelow('src/chain', '.ts')].filter(
  ({ path }) => !path.startsWith('src/ledger/refusals/'),
)
const code = files.map(({ text }) => text).join('\n')

describe('docs/refusals.md', () => {
  const page = readFileSync(join(root, 'docs/refusals.md'), 'utf8')
  const [before = ''] = page.split('\n| `')

  test('says of every refusal what its entry says; -u writes it', async () => {
    await expect(`${before}\n${rows.join('\n')}\n`).toMatchFileSnapshot('../../docs/refusals.md')
  })
})

describe('the table of refusals', () => {
  test('has an entry for what calls, doors and pool say, and no other', () => {
    const calls = Object.values<CallDefinition>(CALL_TABLE)
    const said = [
      ...DOOR_REFUSALS,
      ...FROZEN_REFUSALS,
      ...Object.keys(poolRefusals),
      ...calls.flatMap(({ refuses }) => refuses),
    ]
    expect(Object.keys(REFUSALS).sort()).toEqual([...new Set(said)].sort())
  })

  test('names each refusal in one area only', () => {
    const names = filesBelow('src/ledger/refusals', '.ts').flatMap(({ text }) =>
      [...text.matchAll(/^ {2}(\w+): reasons?\(/gm)].map(([, name]) => name),
    )
    expect(names.sort()).toEqual(Object.keys(REFUSALS).sort())
  })

  test('has no reason that nobody gives', () => {
    const unused = describeRefusals().filter(
      ({ because }) => because !== null && !code.includes(`'${because}'`),
    )
    expect(unused.map(({ name, because }) => `${name} ${because}`)).toEqual([])
  })

  test.each(describeRefusals())('says $name $because in full sentences', ({ says, remedy }) => {
    for (const text of [says, remedy]) {
      expect(text).toMatch(/^["A-Z{].*\.$/)
      expect(text).not.toContain('|')
    }
  })
})
