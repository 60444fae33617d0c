import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CALL_TABLE } from '../../src/ledger/calls/callTable.js'
import type { CallDefinition } from '../../src/ledger/calls/defineCall.js'
import { checkCallArgs, describeCalls } from '../../src/ledger/index.js'
import { root } from './sources.js'

const inCell = (text: string): string => text.replaceAll('|', '\\|')

const sections = describeCalls().map(({ name, does, signedBy, args, refuses }) => {
  const rows = args.map((arg) => {
    const type = inCell(`\`${arg.name}${arg.isOptional ? '?' : ''}: ${arg.type}\``)
    return `| ${type} | ${inCell(arg.says)} | ${inCell(arg.holds)} |`
  })
  const table = ['| Argument | What it means | What it may be |', '|---|---|---|', ...rows].join('\n')
  const names = refuses.map((refusal) => `\`${refusal}\``).join(', ')
  return [
    `## ${name}`,
    does,
    `Signed by ${signedBy}.`,
    args.length === 0 ? 'It has no arguments.' : table,
    refuses.length === 0 ? 'Nothing of its own refuses it.' : `[Refused](refusals.md) with ${names}.`,
  ].join('\n\n')
})

describe('docs/calls.md', () => {
  const page = readFileSync(join(root, 'docs/calls.md'), 'utf8')
  const [before = ''] = page.split('\n## ')

  test('says of every call what its definition says; -u writes it', async () => {
    await expect(`${before}\n${sections.join('\n\n')}\n`).toMatchFileSnapshot('../../docs/calls.md')
  })

  test('is linked from where calls are looked up', () => {
    for (const file of ['README.md', 'docs/ledger.md', 'docs/errors.md']) {
      expect(readFileSync(join(root, file), 'utf8'), file).toContain('calls.md)')
    }
  })
})

describe('docs/ledger.md', () => {
  test('says of every call who signs it as its definition does', () => {
    const [, calls = ''] = readFileSync(join(root, 'docs/ledger.md'), 'utf8').split('\n## Calls\n')
    const [section = ''] = calls.split('\n## ')
    const rows = [...section.matchAll(/^\| `(\w+)` \| ([^|]*) \|/gm)].map(([, name, by]) => [name, by])
    expect(rows).toEqual(describeCalls().map(({ name, signedBy }) => [name, signedBy]))
  })
})

describe('a call in words', () => {
  test.each(describeCalls())('$name says in full sentences what it does', ({ does, signedBy }) => {
    expect(does).toMatch(/^[A-Z][^\n]*\.$/)
    expect(signedBy).toMatch(/^[a-z][^\n.]*$/)
  })

  test.each(describeCalls())('$name says of every argument what it means and may be', ({ name, args }) => {
    const { fields }: CallDefinition = CALL_TABLE[name]
    expect(args.filter((arg) => !arg.name.includes('[')).map((arg) => arg.name)).toEqual(Object.keys(fields))
    for (const { name: argument, type, holds, says } of args) {
      expect(says, argument).toMatch(/^[A-Z`][^\n]*\.$/)
      expect(holds, argument).toMatch(/^[^\n]*[^\n.]$/)
      expect(type, argument).not.toBe('')
      if (type.endsWith('| null')) expect(says, argument).toMatch(/null/i)
    }
  })

  test('a misspelt argument is answered with the one that was meant, or with all there are', () => {
    const wrong = (args: object) => () => checkCallArgs('moveStake', args)
    expect(wrong({ fromHotky: 1 })).toThrow('did you mean fromHotkey?')
    expect(wrong({ originHotkey: 1 })).toThrow(
      'known are fromHotkey, toHotkey, fromNetuid, toNetuid, amountAlpha',
    )
  })
})
