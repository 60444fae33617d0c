import { createContext, Script } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { pureRooms } from '../../scripts/floors.mjs'
import { bundleForBrowser } from './bundle.js'

/** Rooms that are not pure, and still need nothing of Node to load. */
const forBrowsers = [...pureRooms, 'engine', 'compute']

describe('every pure room, the engines and the compute backends', () => {
  test.each(forBrowsers.map((room) => ({ room })))(
    '$room bundles for a browser and loads where there is no Node',
    async ({ room }) => {
      const bundle = await bundleForBrowser(`export * from './src/${room}/index.ts'`, { globalName: 'room' })
      expect(bundle.nodeImports).toEqual([])
      // A bare context has the language, and of the platform only what every browser has.
      const context = createContext({ TextEncoder, TextDecoder, console: undefined })
      const exported: unknown = new Script(`${bundle.code}\n;Object.keys(room)`).runInContext(context)
      expect(exported).toEqual(expect.arrayContaining([expect.any(String)]))
    },
  )

  test('a Node import would be noticed', async () => {
    const bundle = await bundleForBrowser(
      "import { readFileSync } from 'node:fs'\nexport const a = readFileSync",
    )
    expect(bundle.nodeImports).toEqual(['node:fs'])
  })
})
