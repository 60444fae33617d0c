import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sharedLayout } from '../../../../scripts/wasmLayout.mjs'
import { HEADER_AT, HEADER_SLOTS, PARAM_SLOTS, PARAMS_AT } from '../../../../src/engine/wasm/layout.js'

const TABLE = 'src/engine/wasm/layout.ts'

/** The engine's side of the table with one more entry. */
async function withEntry(after: string, entry: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'subnetkit-layout-'))
  try {
    const path = join(folder, 'layout.ts')
    writeFileSync(path, readFileSync(TABLE, 'utf8').replace(after, `${after}\n  ${entry}`))
    return await sharedLayout(path)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('the table of the WebAssembly memory', () => {
  it('gives the engine a column of the input by one entry', async () => {
    const text = await withEntry(
      "committed: ['f64', 'earliestActiveCommitBlock'],",
      "burned: ['u16', 'lastUpdate'],",
    )
    expect(text).toContain('export let burned: usize = 0')
    expect(text).toContain('  burned = place(n * 2)')
    expect(text).toContain(`  store<u32>(HEADER, <u32>burned, ${4 * HEADER_SLOTS.alphaStake})`)
  })

  it('gives the engine a column of the result by one entry', async () => {
    const text = await withEntry(
      "trustU16: ['u16', 'output', 'validatorTrustU16'],",
      "rankU16: ['u16', 'output', 'rankU16'],",
    )
    expect(text).toContain('  rankU16 = at\n  at += n * 2\n')
  })

  it('gives the engine a parameter by one entry', async () => {
    const text = await withEntry("currentBlock: 'f64',", "isBurning: 'bool',")
    expect(text).toContain(
      `export function isBurning(): bool { return load<u32>(PARAMS, ${8 * PARAM_SLOTS.lastStepBlock}) != 0 }`,
    )
  })

  it('keeps parameters, header and the tables behind them apart', () => {
    const tables = 0x10000
    expect(PARAMS_AT + 8 * Object.keys(PARAM_SLOTS).length).toBeLessThanOrEqual(HEADER_AT)
    expect(HEADER_AT + 4 * Object.keys(HEADER_SLOTS).length).toBeLessThanOrEqual(tables)
  })
})
