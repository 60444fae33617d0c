import type { Browser } from 'playwright-core'
import { afterAll, expect } from 'vitest'
import { type BackendOptions, type ComputeBackend, createBackend } from '../../src/compute/index.js'
import { SeededRandom } from '../../src/math/index.js'
import { pageWith, startChromium } from '../support/browserPage.js'
import { PAGE_GLOBAL, PAGE_MODULE, remoteBackend } from '../support/remote/remoteBackend.js'
import { chromium, testNeeding } from '../support/requirement.js'
import { computeContract } from './computeContract.js'

const requirement = chromium()
let browser: Promise<Browser> | undefined

afterAll(async () => (await browser)?.close())

async function inChromium(options: BackendOptions): Promise<ComputeBackend> {
  browser ??= startChromium()
  return remoteBackend(await pageWith(await browser, PAGE_MODULE, PAGE_GLOBAL), options)
}

for (const kind of ['cpu', 'wasm', 'webgpu'] as const) {
  computeContract(`${kind} in Chromium`, requirement, () => inChromium({ kind }))
}
computeContract('gpujs in mode webgl2 in Chromium', requirement, () =>
  inChromium({ kind: 'gpujs', gpujs: { mode: 'webgl2' } }),
)

testNeeding(
  requirement,
  'in Chromium the backends name the software driver that stands in for a device',
  async () => {
    const webgpu = await inChromium({ kind: 'webgpu' })
    const webgl = await inChromium({ kind: 'gpujs', gpujs: { mode: 'webgl2' } })
    for (const { info } of [webgpu, webgl]) {
      expect(info).toMatchObject({ device: expect.stringMatching(/swiftshader/i), isSoftware: true })
    }
  },
)

testNeeding(
  requirement,
  'in Chromium auto passes over the software driver and takes WebAssembly',
  async () => {
    const { info } = await inChromium({ kind: 'auto' })
    expect(info).toMatchObject({ kind: 'wasm', requested: 'auto' })
    expect(info.fallbacks).toEqual([{ from: 'webgpu', why: expect.stringContaining('software driver') }])
  },
)

testNeeding(requirement, 'WebAssembly in Chromium gives the bits of the cpu backend in Node', async () => {
  const random = new SeededRandom('chromium')
  const matrix = { rows: 30, columns: 101, data: Float32Array.from({ length: 3_030 }, () => random.float()) }
  const work = async (on: ComputeBackend) => [
    await on.scoresToWeights(matrix),
    (await on.normaliseColumns(matrix)).data,
    (await on.cosineRows(matrix)).data,
  ]
  const there = await work(await inChromium({ kind: 'wasm' }))
  expect(there).toEqual(await work(await createBackend({ kind: 'cpu' })))
})
