import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { sha256Hex } from '../../../../src/crypto/index.js'
import {
  assertMechanism,
  DatasetError,
  type DatasetFault,
  loadDataset,
} from '../../../../src/mechanism/index.js'
import { Played } from '../../neuron/play/Rehearsal.js'

const folder = mkdtempSync(join(tmpdir(), 'subnetkit-dataset-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const schema = z.object({ prices: z.array(z.number()) })

/** A file of these bytes, and their digest. */
function file(name: string, content: string | Uint8Array): { url: URL; sha256: string } {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  writeFileSync(join(folder, name), bytes)
  return { url: pathToFileURL(join(folder, name)), sha256: sha256Hex(bytes) }
}

async function faultOf(loading: Promise<unknown>): Promise<DatasetFault | undefined> {
  const error = await loading.catch((thrown: unknown) => thrown)
  return error instanceof DatasetError ? error.fault : undefined
}

describe('a data set', () => {
  test('is what its schema makes of its file, named by file and digest, and frozen', async () => {
    const { url, sha256 } = file('prices.json', '{"prices":[1,2.5]}')
    const dataset = await loadDataset(url, { sha256: sha256.toUpperCase(), schema })
    expect(dataset).toEqual({
      name: 'prices.json',
      version: sha256.slice(0, 12),
      sha256,
      value: { prices: [1, 2.5] },
    })
    expect(Object.isFrozen(dataset.value.prices)).toBe(true)
  })

  test('may be text or bytes, of which the schema makes what it will', async () => {
    const { url, sha256 } = file('lines.csv', 'a\nb')
    const lines = z.string().transform((text) => new Map(text.split('\n').map((line, at) => [line, at])))
    const options = { sha256, name: 'lines', version: '2' }
    expect(await loadDataset(url.href, { ...options, as: 'text', schema: lines })).toMatchObject({
      name: 'lines',
      version: '2',
      value: new Map([
        ['a', 0],
        ['b', 1],
      ]),
    })
    const bytes = await loadDataset(url, { ...options, as: 'bytes', schema: z.instanceof(Uint8Array) })
    expect([...bytes.value]).toEqual([97, 10, 98])
  })

  test('of other bytes than those that were named is refused', async () => {
    const { url } = file('other.json', '{"prices":[]}')
    expect(await faultOf(loadDataset(url, { sha256: '0'.repeat(64), schema }))).toBe('another digest')
  })

  test('of another form is refused, with the place', async () => {
    const { url, sha256 } = file('form.json', '{"prices":[1,"two"]}')
    const loading = loadDataset(url, { sha256, schema })
    await expect(loading).rejects.toThrow('prices.1 does not fit')
    expect(await faultOf(loading)).toBe('another form')
    const broken = {
      '~standard': {
        version: 1,
        vendor: 'x',
        validate: () => {
          throw new Error('no')
        },
      },
    } as const
    expect(await faultOf(loadDataset(url, { sha256, schema: broken }))).toBe('another form')
  })

  test('that is no JSON or no text is refused', async () => {
    const json = file('not.json', '{"prices":')
    expect(await faultOf(loadDataset(json.url, { sha256: json.sha256, schema }))).toBe('malformed')
    const text = file('not.txt', Uint8Array.of(0xff, 0xfe))
    expect(
      await faultOf(loadDataset(text.url, { sha256: text.sha256, schema: z.string(), as: 'text' })),
    ).toBe('malformed')
  })

  test('that is too large is refused before it is read', async () => {
    const { url, sha256 } = file('large.json', '{"prices":[1]}')
    expect(await faultOf(loadDataset(url, { sha256, schema, maxBytes: 13 }))).toBe('too large')
    expect(await faultOf(loadDataset(url, { sha256, schema, maxBytes: 14 }))).toBe(undefined)
  })

  test.skipIf(process.platform === 'win32')('that is no file is refused, and not waited for', async () => {
    for (const path of ['/dev/zero', folder])
      expect(
        await faultOf(loadDataset(pathToFileURL(path), { sha256: '0'.repeat(64), schema, name: 'x' })),
      ).toBe('unreadable')
    const loading = loadDataset('file:///tmp/%E0%A4%A.json', { sha256: '0'.repeat(64), schema })
    await expect(loading).rejects.toThrow(/options\.name.*Pass a name/s)
  })

  test('that is not there is refused', async () => {
    const url = pathToFileURL(join(folder, 'none.json'))
    expect(await faultOf(loadDataset(url, { sha256: '0'.repeat(64), schema }))).toBe('unreadable')
  })
})

describe('a data set over https', () => {
  let server: Server
  let fetched: typeof fetch
  const content = '{"prices":[3]}'
  const sha256 = sha256Hex(new TextEncoder().encode(content))

  beforeAll(async () => {
    server = createServer((request, response) => {
      response.statusCode = request.url === '/prices.json' ? 200 : 404
      response.end(content)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    // The same requests, without a certificate.
    fetched = (url, init) => fetch(new URL(new URL(String(url)).pathname, `http://127.0.0.1:${port}`), init)
  })
  afterAll(() => new Promise((resolve) => server.close(resolve)))

  test('is fetched within its bytes', async () => {
    const url = 'https://data.example/prices.json'
    expect((await loadDataset(url, { sha256, schema, fetch: fetched })).value).toEqual({ prices: [3] })
    expect(await faultOf(loadDataset(url, { sha256, schema, fetch: fetched, maxBytes: 13 }))).toBe(
      'too large',
    )
  })

  test('that the server does not give, or that nobody serves, is refused', async () => {
    const url = 'https://data.example/none.json'
    await expect(loadDataset(url, { sha256, schema, fetch: fetched })).rejects.toThrow('answered 404')
    const down = (): Promise<Response> => Promise.reject(new TypeError('fetch failed'))
    expect(await faultOf(loadDataset(url, { sha256, schema, fetch: down }))).toBe('unreadable')
  })
})

describe('data sets of a mechanism', () => {
  const dataset = { name: 'a', version: '1', sha256: '0'.repeat(64), value: [] }
  class Shipping extends Played {
    override readonly datasets: never
    constructor(datasets: unknown) {
      super(async () => ({}))
      this.datasets = datasets as never
    }
  }

  test('are held to their form, and to names of their own', () => {
    expect(() => assertMechanism(new Shipping([dataset, { ...dataset, name: 'b' }]))).not.toThrow()
    expect(() => assertMechanism(new Shipping(undefined))).not.toThrow()
    expect(() => assertMechanism(new Shipping([dataset, dataset]))).toThrow('mechanism.datasets[1].name')
    expect(() => assertMechanism(new Shipping([{ ...dataset, sha256: 'none' }]))).toThrow(
      'datasets[0].sha256',
    )
  })
})
