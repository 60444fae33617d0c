import { startDeadline, systemClock } from '../../clock/index.js'
import { wordsOfThrown } from '../../errors/index.js'
import { DatasetError } from './DatasetError.js'

/** A server that takes longer is given up. */
const FETCH_MS = 60_000

/** How bytes are read. */
interface Reading {
  readonly maxBytes: number
  readonly fetch: typeof fetch
}

/** The bytes at a URL of a file or of https. @throws DatasetError */
export async function readDataset(url: URL, { maxBytes, fetch }: Reading): Promise<Uint8Array> {
  try {
    return url.protocol === 'file:' ? await readFile(url, maxBytes) : await download(url, maxBytes, fetch)
  } catch (cause) {
    if (cause instanceof DatasetError) throw cause
    throw new DatasetError({ fault: 'unreadable', url: url.href, why: wordsOfThrown(cause), cause })
  }
}

/** Node hands the module out itself: an import would keep browsers from loading this room. */
async function readFile(url: URL, maxBytes: number): Promise<Uint8Array> {
  const { open, stat } = globalThis.process.getBuiltinModule('node:fs/promises')
  // What is none may never end, or never begin.
  const found = await stat(url)
  if (!found.isFile()) throw new DatasetError({ fault: 'unreadable', url: url.href, why: 'it is no file' })
  if (found.size > maxBytes) throw tooLarge(url, maxBytes)
  const file = await open(url)
  try {
    return await joined(file.createReadStream({ end: maxBytes, autoClose: false }), url, maxBytes)
  } finally {
    await file.close()
  }
}

async function download(url: URL, maxBytes: number, get: typeof fetch): Promise<Uint8Array> {
  const deadline = startDeadline(systemClock, FETCH_MS)
  try {
    return await bodyOf(await get(url, { signal: deadline.signal }), url, maxBytes)
  } finally {
    deadline.dispose()
  }
}

async function bodyOf(response: Response, url: URL, maxBytes: number): Promise<Uint8Array> {
  if (!response.ok || response.body === null)
    throw new DatasetError({
      fault: 'unreadable',
      url: url.href,
      why: `the server answered ${response.status}`,
    })
  return await joined(response.body as unknown as AsyncIterable<Uint8Array>, url, maxBytes)
}

async function joined(stream: AsyncIterable<Uint8Array>, url: URL, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of stream) {
    length += part.length
    if (length > maxBytes) throw tooLarge(url, maxBytes)
    parts.push(part)
  }
  const bytes = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

function tooLarge({ href }: URL, maxBytes: number): DatasetError {
  return new DatasetError({ fault: 'too large', url: href, why: `it has more than ${maxBytes} bytes` })
}
