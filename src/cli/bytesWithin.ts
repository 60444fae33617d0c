import { UsageError } from './UsageError.js'

/**
 * A stream read to its end.
 *
 * @throws UsageError naming `field` when there is more than `maxBytes`; reading ends there.
 */
export async function bytesWithin(
  stream: AsyncIterable<Uint8Array>,
  { field, maxBytes }: { field: string; maxBytes: number },
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of stream) {
    length += chunk.length
    if (length > maxBytes) throw new UsageError({ field, problem: `longer than ${sizeOf(maxBytes)}` })
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}

function sizeOf(bytes: number): string {
  const mib = bytes / 2 ** 20
  return Number.isInteger(mib) ? `${mib} MiB` : `${bytes} bytes`
}
