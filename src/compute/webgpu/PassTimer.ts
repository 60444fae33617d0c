import type {
  GpuBufferLike,
  GpuDeviceLike,
  GpuEncoderLike,
  GpuQuerySetLike,
  GpuTimestampWrites,
} from './webgpuTypes.js'

const COPY_SRC = 4
const QUERY_RESOLVE = 512

/** Notes when the first of some compute passes begins and the last one ends. */
export class PassTimer {
  /** Two times in nanoseconds, u64 each. */
  readonly times: GpuBufferLike
  readonly #querySet: GpuQuerySetLike
  readonly #passes: number

  constructor(device: GpuDeviceLike, passes: number) {
    this.#passes = passes
    this.#querySet = device.createQuerySet({ type: 'timestamp', count: 2 })
    this.times = device.createBuffer({ size: 16, usage: QUERY_RESOLVE | COPY_SRC })
  }

  /** What pass `index` is begun with. */
  passDescriptor(index: number): { timestampWrites: GpuTimestampWrites } | undefined {
    const isFirst = index === 0
    const isLast = index === this.#passes - 1
    if (!isFirst && !isLast) return undefined
    return {
      timestampWrites: {
        querySet: this.#querySet,
        ...(isFirst ? { beginningOfPassWriteIndex: 0 } : {}),
        ...(isLast ? { endOfPassWriteIndex: 1 } : {}),
      },
    }
  }

  resolve(encoder: GpuEncoderLike): void {
    encoder.resolveQuerySet(this.#querySet, 0, 2, this.times, 0)
  }

  microseconds(bytes: ArrayBuffer): number {
    const [begin = 0n, end = begin] = new BigUint64Array(bytes)
    return Number(end - begin) / 1_000
  }

  destroy(): void {
    this.#querySet.destroy()
    this.times.destroy()
  }
}
