import type { SeededRandom } from 'subnetkit/math'

/** So many bytes of a stream of chance, a multiple of four. */
export function bytesOf(random: SeededRandom, count: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(count))
  for (let at = 0; at < count; at += 4) view.setUint32(at, random.nextU32(), true)
  return new Uint8Array(view.buffer)
}
