import { describe, expect, it } from 'vitest'
import { InvalidArgumentError } from '../../../src/errors/index.js'
import { decodeTensor, encodeTensor, MalformedTensorError, type Tensor } from '../../../src/http/index.js'

/** @source spec: `spec/wire-python-interop.md` A8, tensors */
const vectors: readonly (readonly [tensor: Tensor, hex: string])[] = [
  [
    { dtype: 'float32', shape: [2], data: Float32Array.of(1.5, 2.5) },
    '85c4026e64c3c40474797065a33c6634c4046b696e64c400c40573686170659102c40464617461c4080000c03f00002040',
  ],
  [
    { dtype: 'int64', shape: [2, 2], data: BigInt64Array.of(1n, 2n, 3n, 4n) },
    '85c4026e64c3c40474797065a33c6938c4046b696e64c400c4057368617065920202c40464617461c4200100000000000000020000000000000003000000000000000400000000000000',
  ],
  [
    { dtype: 'float32', shape: [0], data: new Float32Array() },
    '85c4026e64c3c40474797065a33c6634c4046b696e64c400c40573686170659100c40464617461c400',
  ],
  [
    { dtype: 'bool', shape: [2], data: Uint8Array.of(1, 0) },
    '85c4026e64c3c40474797065a37c6231c4046b696e64c400c40573686170659102c40464617461c4020100',
  ],
]

const wireOf = (hex: string, dtype = 'float32', shape: readonly number[] = [2]) => ({
  buffer: Buffer.from(hex, 'hex').toString('base64'),
  dtype,
  shape,
})
const [[, good] = [undefined, '']] = vectors

describe('a tensor', () => {
  it.each(vectors)('%o has the bytes of the vector, and is read from them', (tensor, hex) => {
    const wire = encodeTensor(tensor)
    expect(Buffer.from(wire.buffer, 'base64').toString('hex')).toBe(hex)
    expect(decodeTensor(wire)).toEqual(tensor)
    expect(decodeTensor({ ...wire, dtype: `torch.${wire.dtype}` })).toEqual(tensor)
  })

  it('that is one number has no axes, and says one of length 0', () => {
    const wire = encodeTensor({ dtype: 'float64', shape: [], data: Float64Array.of(2.5) })
    expect(wire.shape).toEqual([0])
    expect(decodeTensor(wire)).toEqual({ dtype: 'float64', shape: [], data: Float64Array.of(2.5) })
    // The form that the library has for a single number that is in no array.
    const scalar = { ...wire, buffer: 'g8QCbmTCxAR0eXBlozxmOMQEZGF0YcQIAAAAAAAABEA=' }
    expect(decodeTensor(scalar)).toEqual({ dtype: 'float64', shape: [], data: Float64Array.of(2.5) })
  })

  it('of many numbers comes back, whatever the length says', () => {
    const data = Int16Array.from({ length: 70_000 }, (_, at) => at % 1000)
    const tensor: Tensor = { dtype: 'int16', shape: [70, 1000], data }
    expect(decodeTensor(encodeTensor(tensor))).toEqual(tensor)
  })

  it.each([
    ['data of another type', { dtype: 'float32', shape: [1], data: Float64Array.of(1) }],
    ['too few numbers', { dtype: 'float32', shape: [2], data: Float32Array.of(1) }],
    ['a type that is not spoken', { dtype: 'complex64', shape: [1], data: Float32Array.of(1) }],
    ['a shape that is none', { dtype: 'float32', shape: [-1], data: Float32Array.of(1) }],
  ])('is not made of %s', (_what, tensor) => {
    expect(() => encodeTensor(tensor as Tensor)).toThrow(InvalidArgumentError)
  })

  it.each([
    ['objects of Python', wireOf(good.replace('c4046b696e64c400', 'c4046b696e64c4014f'))],
    ['another type than it says', wireOf(good, 'float64')],
    ['a type that is not spoken', wireOf(good, 'object')],
    ['a shape of another size', wireOf(good, 'float32', [3])],
    ['a shape that is none', wireOf(good, 'float32', [-2])],
    ['bytes left over', wireOf(`${good}00`)],
    ['a buffer cut short', wireOf(good.slice(0, -2))],
    ['no map', wireOf('c0')],
    ['a key twice', wireOf('82c4026e64c3c4026e64c3')],
    ['a kind of msgpack that no tensor has', wireOf('81c4026e64ca00000000')],
    ['text that is no base64', { buffer: '?', dtype: 'float32', shape: [2] }],
    ['a length beyond the end', wireOf('81c40464617461c6ffffffff')],
    ['nothing', null],
  ])('is not read from %s', (_what, wire) => {
    expect(() => decodeTensor(wire as never)).toThrow(MalformedTensorError)
  })
})
