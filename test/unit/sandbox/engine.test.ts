import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { jsEngine, SandboxEngineError } from 'subnetkit/sandbox'
import { describe, expect, test } from 'vitest'
import { compileEngine } from '../../../src/sandbox/javascript/engineModule.js'
import { outcomeOf } from '../../support/sandboxed.js'

const enginePath = createRequire(import.meta.url).resolve('quickjs-wasi/quickjs.wasm')

describe('the engine', () => {
  test('is the file that is named, of the version that package.json pins', async () => {
    const manifest = JSON.parse(await readFile('package.json', 'utf8')) as {
      dependencies: Record<string, string>
    }
    expect(jsEngine.package).toBe(`quickjs-wasi@${manifest.dependencies['quickjs-wasi']}`)
    expect(await compileEngine(() => readFile(enginePath))).toBeDefined()
  })

  test('is refused when a byte of it is another one', async () => {
    const bytes = await readFile(enginePath)
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    const compiling = compileEngine(async () => bytes)
    await expect(compiling).rejects.toThrow(SandboxEngineError)
    await expect(compiling).rejects.toThrow(
      /is another file than that of quickjs-wasi@.* its digest is [0-9a-f]{64}/,
    )
  })

  test('that cannot be read is named with the cause', async () => {
    const cause = new Error('gone')
    await expect(compileEngine(() => Promise.reject(cause))).rejects.toMatchObject({
      code: 'SandboxEngine',
      cause,
      message: expect.stringContaining('cannot be read'),
    })
  })
})

describe('memory', () => {
  test('of the least size holds the engine and a small program', async () => {
    const program = 'export function f() { return Array.from({ length: 1_000 }, (_, i) => i).length }'
    const limits = { memoryBytes: 2 ** 20 }
    expect(await outcomeOf(program, [], { limits })).toMatchObject({ kind: 'ok', value: 1_000 })
  })

  test('is what decides how much a program can hold', async () => {
    const program =
      'export function f() { let n = 0; const a = []; try { for (;;) { a.push(new Uint8Array(1e5)); n++; note(n) } } catch {} }'
    const held = async (memoryBytes: number) => {
      let most = 0
      const note = (n: number) => {
        most = n
      }
      const outcome = await outcomeOf(program, [], { limits: { memoryBytes }, functions: { note } })
      expect(outcome).toMatchObject({ kind: 'failed', reason: 'memory' })
      return most * 1e5
    }
    for (const mebibytes of [4, 8, 16]) {
      const bytes = mebibytes * 2 ** 20
      // Less the engine's own tables, some 300 kB.
      const most = await held(bytes)
      expect(most).toBeLessThan(bytes)
      expect(most).toBeGreaterThan(bytes - 700_000)
    }
  })
})
