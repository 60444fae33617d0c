import { describe, expect, test } from 'vitest'
import { CALL_TABLE } from '../../src/ledger/calls/callTable.js'
import { filesBelow } from './sources.js'

const TABLE = 'src/ledger/calls/callTable.ts'

/** The ledger's files without their comments, and without sentences: a refusal may name the call that helps. */
const ledger = filesBelow('src/ledger', '.ts').map(({ path, text }) => ({
  path,
  code: text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/"[^"\n]* [^"\n]*"|'[^'\n]* [^'\n]*'|`[^`]* [^`]*`/g, "''"),
}))

const filesNaming = (name: string): string[] =>
  ledger.filter(({ code }) => new RegExp(`\\b${name}\\b`).test(code)).map(({ path }) => path)

describe('a call of the ledger', () => {
  test.each(Object.keys(CALL_TABLE))('%s is named in its own file and in the table only', (name) => {
    const own = ledger.filter(({ code }) => code.includes(`export const ${name} = defineCall(`))
    expect(own).toHaveLength(1)
    expect(filesNaming(name)).toEqual([TABLE, ...own.map(({ path }) => path)].sort())
  })

  test('has one line in the table besides its import', () => {
    const table = ledger.find(({ path }) => path === TABLE)?.code ?? ''
    const [, lines = ''] = table.match(/CALL_TABLE = \{([^}]*)\}/) ?? []
    expect(lines.match(/\w+/g)).toEqual(Object.keys(CALL_TABLE))
  })

  test.each(Object.entries<{ readonly refuses: readonly string[] }>(CALL_TABLE))(
    '%s declares no refusal that the ledger never gives',
    (_name, { refuses }) => {
      // What a pool says is given by the pools.
      const pools = filesBelow('src/emission/pools', '.ts').map(({ text }) => text)
      const code = [...ledger.map((file) => file.code), ...pools].join('\n')
      const uses = (error: string): number => code.split(`'${error}'`).length - 1
      expect(refuses.filter((error) => uses(error) < 2)).toEqual([])
    },
  )

  test('has a file that holds nothing but calls, beside those that they are made of', () => {
    const calls = ledger.filter(({ path }) => path.startsWith('src/ledger/calls/'))
    const others = calls.filter(({ code }) => !code.includes('= defineCall(')).map(({ path }) => path)
    expect(others).toEqual([
      'src/ledger/calls/argumentList.ts',
      TABLE,
      'src/ledger/calls/changeTake.ts',
      'src/ledger/calls/commitmentFields.ts',
      'src/ledger/calls/defineCall.ts',
      'src/ledger/calls/describeCalls.ts',
      'src/ledger/calls/fields.ts',
      'src/ledger/calls/hyperparameterFields.ts',
      'src/ledger/calls/identityFields.ts',
      'src/ledger/calls/linksField.ts',
      'src/ledger/calls/servingFields.ts',
    ])
  })
})
