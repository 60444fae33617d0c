import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { describe, expect, test } from 'vitest'
import { findGpu } from '../../../src/compute/webgpu/findGpu.js'
import { probeDrivers } from '../../../src/compute/webgpu/probeDrivers.js'

/** A package `webgpu` whose drivers do this when they are asked for an adapter. */
const packageThat = (does: string): string =>
  `data:text/javascript,${encodeURIComponent(`export const create = () => ({ requestAdapter: async () => { ${does} } })`)}`

const importPackage = async (): Promise<unknown> => ({
  create: () => {
    throw new TypeError('no driver may be asked in this process')
  },
})

describe('probeDrivers', () => {
  test('tells that there is no adapter, and what the drivers wrote about it', async () => {
    const wrote =
      'process.stderr.write("Warning: no loader\\u001b[2J\\n    at BackendVk.cpp\\n"); return null'
    expect(await probeDrivers(packageThat(wrote))).toEqual({
      hasAdapter: false,
      said: 'Warning: no loader\\u001b[2J',
    })
  })

  test('tells that there is one', async () => {
    expect(await probeDrivers(packageThat('return {}'))).toEqual({ hasAdapter: true, said: '' })
  })

  test('tells nothing of drivers that fail or end the process', async () => {
    expect(await probeDrivers(packageThat('throw new Error("no")'))).toBeUndefined()
    expect(await probeDrivers(packageThat('process.exit(3)'))).toBeUndefined()
  })
})

describe('findGpu', () => {
  test('asks no driver in this process when there is no adapter, and passes on what was said', async () => {
    const probe = async () => ({ hasAdapter: false, said: 'Warning: no loader' })
    await expect(findGpu(importPackage, probe)).rejects.toMatchObject({
      name: 'DeviceUnavailableError',
      why: 'no driver on this machine offers an adapter (Warning: no loader)',
    })
  })

  test('asks them when there is one, or nobody knows', async () => {
    for (const answer of [{ hasAdapter: true, said: '' }, undefined]) {
      await expect(findGpu(importPackage, async () => answer)).rejects.toThrow('no driver may be asked')
    }
  })

  test('leaves standard error alone whatever drivers this machine lacks', async () => {
    // In the clone, so that the packages are found.
    const ignored = fileURLToPath(new URL('../../../.build/', import.meta.url))
    mkdirSync(ignored, { recursive: true })
    const folder = mkdtempSync(join(ignored, 'gpu-'))
    try {
      const outfile = join(folder, 'backend.mjs')
      await build({
        stdin: {
          contents: `import { createBackend } from './src/compute/index.ts'
            const backend = await createBackend()
            process.stdout.write(backend.info.kind)
            await backend.dispose()
            process.exit(0)`,
          resolveDir: fileURLToPath(new URL('../../../', import.meta.url)),
        },
        outfile,
        bundle: true,
        platform: 'node',
        format: 'esm',
        packages: 'external',
        logLevel: 'error',
      })
      const { status, stdout, stderr } = spawnSync(process.execPath, [outfile], { encoding: 'utf8' })
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
      expect(['wasm', 'webgpu']).toContain(stdout)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
