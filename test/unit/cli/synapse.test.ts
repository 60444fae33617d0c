import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../../../src/cli/runCli.js'
import { memoryIo } from './memoryIo.js'

// Beside the sources, so that the module finds its packages.
let folder: string
const file = (name: string): string => join(folder, name)
beforeAll(() => {
  folder = mkdtempSync(join(import.meta.dirname, '.synapses-'))
  writeFileSync(
    file('two.mjs'),
    `import { z } from 'zod'
export const add = { kind: 'unary', name: 'Add', request: z.object({ a: z.int() }), answer: z.object({ sum: z.int() }) }
export const tell = { kind: 'stream', name: 'Tell', request: z.object({ prompt: z.string() }), chunk: z.string() }
export const again = add
export const other = 7
`,
  )
  writeFileSync(file('none.mjs'), 'export const other = 7\n')
  writeFileSync(
    file('twins.mjs'),
    `import { z } from 'zod'
const adding = () => ({ kind: 'unary', name: 'Add', request: z.object({ a: z.int() }), answer: z.object({ sum: z.int() }) })
export const add = adding()
export const plus = adding()
`,
  )
  writeFileSync(
    file('getter.mjs'),
    `export const lazy = { get kind() { throw new RangeError('no kind today') } }
`,
  )
  writeFileSync(
    file('proxy.mjs'),
    `const { proxy, revoke } = Proxy.revocable({}, {})
revoke()
export { proxy as gone }
`,
  )
  writeFileSync(file('throws.mjs'), 'throw Object.create(null)\n')
  writeFileSync(
    file('typed.mjs'),
    `throw Object.assign(new TypeError('Unknown file extension ".ts"'), { code: 'ERR_UNKNOWN_FILE_EXTENSION' })\n`,
  )
  writeFileSync(file('broken.mjs'), 'export const = 7\n')
  writeFileSync(
    file('camel.mjs'),
    `import { z } from 'zod'
export const add = { kind: 'unary', name: 'Add', request: z.object({ aB: z.int() }), answer: z.object({ sum: z.int() }) }
`,
  )
  writeFileSync(
    file('hyphen.mjs'),
    `import { z } from 'zod'
export const next = { kind: 'unary', name: 'next-term', request: z.object({ a: z.int() }), answer: z.object({ sum: z.int() }) }
`,
  )
})
afterAll(() => rmSync(folder, { recursive: true }))

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const io = memoryIo()
  const code = await runCli(['synapse', ...argv], io)
  return { code, out: io.output(), err: io.errors() }
}

describe('subnetkit synapse', () => {
  it('prints the class of each synapse once, with the fields that are signed', async () => {
    const { code, out } = await run(file('two.mjs'), '--signed', 'Add.a:int')
    expect(code).toBe(0)
    expect(out.match(/^class .*$/gm)).toEqual(['class Add(bt.Synapse):', 'class Tell(bt.StreamingSynapse):'])
    expect(out).toContain('required_hash_fields: ClassVar[Tuple[str, ...]] = ("a",)')
  })

  it('says what it is', async () => {
    expect(await run('--help')).toMatchObject({ code: 0, out: expect.stringContaining('NAME.FIELD:TYPE') })
  })

  it.each([
    ['no file', [], 'FILE'],
    ['a file that is not there', ['missing.mjs'], 'cannot be loaded'],
    ['a file that is no module', ['broken.mjs'], 'cannot be loaded'],
    ['a module that throws what is no error', ['throws.mjs'], 'cannot be loaded'],
    ['a module in TypeScript that Node cannot read', ['typed.mjs'], 'NODE_OPTIONS="--import tsx" npx'],
    [
      'an export that throws when it is read',
      ['getter.mjs'],
      'export lazy cannot be read: RangeError: no kind today',
    ],
    ['an export that nobody can read any more', ['proxy.mjs'], 'export gone cannot be read'],
    ['two synapses of one name', ['twins.mjs'], 'exports add and plus are two synapses of one name, Add'],
    ['a module without synapses', ['none.mjs'], 'exports no synapse'],
    ['a synapse that has no form in Python', ['camel.mjs'], 'request.aB'],
    [
      'a synapse of a name that is no class, and says what one is',
      ['hyphen.mjs'],
      'Name the class in Python',
    ],
    ['a signed field that is written wrongly', ['two.mjs', '--signed', 'a'], '--signed'],
    ['a signed field of no synapse', ['two.mjs', '--signed', 'Sub.a:int'], 'no synapse Sub'],
    ['a signed field that there is not', ['two.mjs', '--signed', 'Add.b:int'], 'is no field of the request'],
  ])('refuses %s', async (_what, [name, ...rest], words) => {
    const { code, out, err } = await run(...(name === undefined ? [] : [file(name)]), ...rest)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(words)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
  })
})
