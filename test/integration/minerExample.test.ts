import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Runs an example as `npm run example` does. */
function runExample(argv: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(root, 'scripts/run.mjs'), ...argv],
      { cwd: root },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
      },
    )
  })
}

const file = 'examples/miner/miner.ts'

describe('the buyer of text', () => {
  const buyer = 'examples/text/buyer.ts'

  test('says what it is for', async () => {
    const { code, stdout, stderr } = await runExample([buyer, '--help'])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain(`Usage: npm run example -- ${buyer} [PROMPT]`)
  })

  test.each([
    [['Thé €'], 'The model does not know "é", "€"; write the prompt with !"'],
    [[''], 'A prompt has 1 to 200 letters.'],
    [['a'.repeat(201)], 'A prompt has 1 to 200 letters.'],
    [['The', 'whale'], 'Give one prompt, in quotation marks.'],
    [['--prompt'], '--prompt is no option.'],
  ])('refuses in one line what it cannot take: %j', async (argv, words) => {
    const { code, stdout, stderr } = await runExample([buyer, ...argv])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(words)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })
})

describe('the miner, the validator and the buyer by hand', () => {
  test.each(['miner', 'validator', 'buyer'])('the %s explains its options', async (role) => {
    const { code, stdout, stderr } = await runExample([`examples/miner/${role}.ts`, '--help'])
    expect([code, stderr]).toEqual([0, ''])
    for (const option of ['--url', '--netuid', '--coldkey', '--hotkey', '--help'])
      expect(stdout).toContain(option)
    // It runs in a clone and in the project of whoever installed the package.
    expect(stdout).toContain(`npm run example -- examples/miner/${role}.ts [options]`)
    expect(stdout).toContain(`npx tsx node_modules/subnetkit/examples/miner/${role}.ts [options]`)
  })

  test.each(['examples/miner/nope.ts', 'examples/miner'])(
    'is named by its file, and what is none is told: %s',
    async (path) => {
      const { code, stdout, stderr } = await runExample([path])
      expect([code, stdout]).toEqual([2, ''])
      expect(stderr).toContain(`There is no example and no file ${path}.`)
    },
  )

  test.each([
    [['--netuid', '-5'], '--netuid needs a whole number from 0 to 65535, not "-5".'],
    [['--netuid'], '--netuid needs a value; see --help.'],
    [['--nteuid', '1'], 'Unknown option --nteuid; see --help.'],
    [['--url', 'localhost'], '--url needs an address such as ws://127.0.0.1:9944.'],
    [['--hotkey', 'bob'], '--hotkey needs a secret URI such as //Bob. '],
  ])('says of %j in one line what is wrong', async (argv, line) => {
    const { code, stdout, stderr } = await runExample([file, ...argv])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(line)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  test('says in one line that no chain is there', async () => {
    const { code, stderr } = await runExample([file, '--url', 'ws://127.0.0.1:1'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^The chain node cannot be reached.*Is `npx subnetkit localnet` running\?\n$/)
  })
})
