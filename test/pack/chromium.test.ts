import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, expect } from 'vitest'
import { pageWith, startChromium } from '../support/browserPage.js'
import { engineOptions } from '../support/engines.js'
import * as epochSide from '../support/remote/epochSide.js'
import * as ledgerSide from '../support/remote/ledgerSide.js'
import { chromium, testNeeding } from '../support/requirement.js'
import { vectorsDir } from '../vectors/vectorsDir.js'

const requirement = chromium()
let browser: Browser | undefined

afterAll(async () => {
  await browser?.close()
})

declare const epochs: typeof epochSide
declare const ledgers: typeof ledgerSide
declare const rooms: Record<string, Record<string, unknown>>

testNeeding(
  requirement,
  'Chromium computes every epoch vector to the same integers, on every engine and every path through it',
  async () => {
    browser ??= await startChromium()
    const page = await pageWith(browser, "export * from './test/support/remote/epochSide.ts'", 'epochs')
    const folder = join(vectorsDir(), 'epoch')
    const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
    expect(names.length).toBeGreaterThan(0)
    const ran = new Set<string>()
    for (const name of names.sort()) {
      const text = readFileSync(join(folder, name), 'utf8')
      const { steps } = JSON.parse(text) as { steps: { expected: unknown }[] }
      for (const { title, ...options } of engineOptions) {
        const there = await page.evaluate(([input, how]) => epochs.runFile(input, how), [
          text,
          options,
        ] as const)
        const what = `${name} on ${title}`
        expect(JSON.parse(there.results), what).toEqual(steps.map(({ expected }) => expected))
        // The same engine as in Node: no silent way around the one that was asked for.
        expect(there.runs, what).toEqual((await epochSide.runFile(text, options)).runs)
        for (const run of there.runs) ran.add(JSON.parse(run).lastRun.engine)
      }
    }
    expect([...ran].sort()).toEqual(['plain', 'wasm'])
    await page.close()
  },
  300_000,
)

testNeeding(
  requirement,
  'Chromium makes the same blocks and the same snapshot of a history of random calls, block kernel and all',
  async () => {
    browser ??= await startChromium()
    const page = await pageWith(browser, "export * from './test/support/remote/ledgerSide.ts'", 'ledgers')
    const [seed, calls] = [`${Date.now()}`, 4_000] as const
    const there = await page.evaluate(([name, count]) => ledgers.historyOf(name, count), [
      seed,
      calls,
    ] as const)
    const here = await ledgerSide.historyOf(seed, calls)
    expect([there.hasKernel, here.hasKernel]).toEqual([true, true])
    expect(there.hashes.length, seed).toBeGreaterThan(50)
    expect(there.hashes, seed).toEqual(here.hashes)
    expect(there.snapshot.length, seed).toBe(here.snapshot.length)
    expect(Buffer.from(there.snapshot).equals(Buffer.from(here.snapshot)), seed).toBe(true)
    await page.close()
  },
  180_000,
)

testNeeding(
  requirement,
  'Chromium signs, hashes and encodes as Node does',
  async () => {
    browser ??= await startChromium()
    const page = await pageWith(
      browser,
      "export * as codec from './src/codec/index.ts'\nexport * as crypto from './src/crypto/index.ts'",
      'rooms',
    )
    const [address, hash, encoded] = await page.evaluate(() => {
      const { crypto, codec } = rooms as unknown as {
        crypto: typeof import('../../src/crypto/index.js')
        codec: typeof import('../../src/codec/index.js')
      }
      return [
        crypto.keyPairFromUri('//Alice').address,
        crypto.hexOf(crypto.blake2b256(new Uint8Array(3))),
        crypto.hexOf(codec.encodeCanonical({ b: 1n, a: [true, 'é'] })),
      ]
    })
    // The address of //Alice is public knowledge; the hash is from Python's hashlib; the map is worked out by hand.
    expect(address).toBe('5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY')
    expect(hash).toBe('ab29e6dc16755d0071eba349ebda225d15e4f910cb474549c47e95cb85ecc4d6')
    expect(encoded).toBe('82a16192c3a2c3a9a162d30000000000000001')
    await page.close()
  },
  60_000,
)
