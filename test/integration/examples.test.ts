import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { examples } from '../../scripts/examples.mjs'
import { root } from '../house/sources.js'

const run = promisify(execFile)
const example = (...args: readonly string[]) =>
  run(process.execPath, [join(root, 'scripts/run.mjs'), ...args], { cwd: root, maxBuffer: 16 * 2 ** 20 })

/** A market plays once, and not once more for each of its defences: those are its own tests'. */
async function played(name: string): Promise<readonly string[]> {
  const path = join(root, 'examples', name, 'market.ts')
  if (!existsSync(path)) return []
  const { market } = (await import(path)) as { readonly market: { readonly defences: object } }
  return ['--epochs', '3', '--without', Object.keys(market.defences)[0] ?? expect.fail(name)]
}

describe('npm run example', () => {
  const programs = Object.entries(examples).flatMap(([name, { program }]) =>
    program === undefined ? [] : [{ name }],
  )

  test.each(programs)(
    '-- $name runs it to its end, and names its page last',
    { timeout: 300_000 },
    async ({ name }) => {
      const { stdout, stderr } = await example(name, ...(await played(name)))
      expect(stderr).toBe('')
      const [, path] = /(?:Page|Chart): (runs\/[\w.-]+)\n$/.exec(stdout) ?? []
      expect(path).toMatch(new RegExp(`^runs/${name}\\.(html|svg)$`))
      const page = readFileSync(join(root, path ?? ''), 'utf8')
      // It needs nothing else, and ends where it should.
      expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:\/\/|<script/)
      expect(page).toContain('</svg>')
    },
  )

  test('alone lists all with a line each', async () => {
    const { stdout } = await example()
    for (const [name, { says }] of Object.entries(examples)) {
      expect(stdout).toMatch(new RegExp(`^  ${name} +`, 'm'))
      expect(stdout).toContain(says)
    }
  })

  test('says what was meant, or how one is run that needs more', async () => {
    await expect(example('quikstart')).rejects.toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /^There is no example and no file quikstart\. Did you mean quickstart\?\n\nExamples:\n/,
      ),
    })
    await expect(example('forecast')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('npm start'),
    })
    await expect(example('toString')).rejects.toMatchObject({ code: 2 })
  })

  test('runs a file with its arguments, as before', async () => {
    const { stdout } = await example('examples/miner/miner.ts', '--help')
    expect(stdout).toContain('Usage: ')
  })
})

describe('examples/', () => {
  test('every folder with a program of its own is an example by name', () => {
    const folders = readdirSync(join(root, 'examples'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && existsSync(join(root, 'examples', entry.name, 'main.ts')))
      .map(({ name }) => name)
    expect(folders.filter((name) => !Object.hasOwn(examples, name))).toEqual([])
  })

  test('each has its program, and its line in the map', () => {
    const map = readFileSync(join(root, 'examples/README.md'), 'utf8')
    for (const [name, { program }] of Object.entries(examples)) {
      if (program !== undefined) expect(existsSync(join(root, 'examples', name, program))).toBe(true)
      expect(map).toMatch(new RegExp(`\\]\\(${name}/`))
    }
  })
})
