import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium as playwright } from 'playwright-core'
import { afterAll, expect } from 'vitest'
import { chromium, testNeeding } from '../support/requirement.js'
import { vectorsDir } from '../vectors/vectorsDir.js'
import { bundleForBrowser } from './bundle.js'

const requirement = chromium()
let browser: Browser | undefined

afterAll(async () => {
  await browser?.close()
})

/** What the page makes of one file, as the global that the bundle defines. */
declare const epochFile: { runEpochCommand(text: string): string }
declare const rooms: Record<string, Record<string, unknown>>

testNeeding(
  requirement,
  'Chromium computes every epoch vector to the same integers',
  async () => {
    const { code, nodeImports } = await bundleForBrowser("export * from './src/cli/epochFile.ts'", {
      globalName: 'epochFile',
    })
    expect(nodeImports).toEqual([])
    const page = await openPage()
    await page.addScriptTag({ content: code })

    const folder = join(vectorsDir(), 'epoch')
    const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
    expect(names.length).toBeGreaterThan(0)
    for (const name of names.sort()) {
      const text = readFileSync(join(folder, name), 'utf8')
      const { steps } = JSON.parse(text) as { steps: { expected: unknown }[] }
      const computed = await page.evaluate((input) => epochFile.runEpochCommand(input), text)
      expect(JSON.parse(computed), name).toEqual(steps.map(({ expected }) => expected))
    }
    await page.close()
  },
  180_000,
)

testNeeding(
  requirement,
  'Chromium signs, hashes and encodes as Node does',
  async () => {
    const { code } = await bundleForBrowser(
      "export * as codec from './src/codec/index.ts'\nexport * as crypto from './src/crypto/index.ts'",
      { globalName: 'rooms' },
    )
    const page = await openPage()
    await page.addScriptTag({ content: code })
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

async function openPage() {
  browser ??= await playwright.launch({ executablePath: requirement.path, args: ['--no-sandbox'] })
  return browser.newPage()
}
