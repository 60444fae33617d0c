import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { expect, it } from 'vitest'

it('leaves less than 1 KB of heap behind per 1,000 epochs, in a session and with a reused output', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'subnetkit-heap-'))
  try {
    const outfile = join(folder, 'probe.mjs')
    await build({
      entryPoints: [fileURLToPath(new URL('../support/heapProbe.ts', import.meta.url))],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'es2022',
      logLevel: 'error',
    })
    const text = execFileSync(process.execPath, ['--expose-gc', outfile], { encoding: 'utf8' })
    const { reused, kept } = JSON.parse(text) as { reused: number; kept: number }
    expect(reused).toBeLessThan(1_024)
    expect(kept).toBeLessThan(1_024)
  } finally {
    rmSync(folder, { recursive: true })
  }
}, 120_000)
