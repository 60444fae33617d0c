import { describe, expect, test } from 'vitest'
import { createBackend, type GpuLike } from '../../../src/compute/index.js'
import { findGpu } from '../../../src/compute/webgpu/findGpu.js'

const matrix = { rows: 1, columns: 3, data: Float32Array.of(1, 1, 2) }
const noAdapter: GpuLike = { requestAdapter: async () => null }

const acme = { vendor: 'acme', architecture: '', device: '', description: 'test double' }

/** A device whose driver takes it away before its first work, or that can hold next to nothing. */
function brokenGpu(fault: 'lost' | 'small', info = acme): GpuLike {
  const bytes = fault === 'small' ? 8 : 1 << 20
  const limits = {
    maxBufferSize: bytes,
    maxStorageBufferBindingSize: bytes,
    maxComputeWorkgroupsPerDimension: 65_535,
    maxStorageBuffersPerShaderStage: 8,
  }
  const lost =
    fault === 'lost'
      ? Promise.resolve({ reason: 'unknown', message: 'unplugged' })
      : new Promise<never>(() => {})
  const unused = () => {
    throw new TypeError('no work may reach this device')
  }
  const device = {
    limits,
    lost,
    queue: { writeBuffer: unused, submit: unused },
    createBuffer: unused,
    createShaderModule: unused,
    createComputePipelineAsync: unused,
    createBindGroup: unused,
    createCommandEncoder: unused,
    createQuerySet: unused,
    pushErrorScope: unused,
    popErrorScope: async () => null,
    destroy: () => {},
  }
  return { requestAdapter: async () => ({ info, limits, features: [], requestDevice: async () => device }) }
}

describe('createBackend', () => {
  test('an absent device is an error that names the kind and the reason', async () => {
    await expect(createBackend({ kind: 'webgpu', webgpu: { gpu: noAdapter } })).rejects.toMatchObject({
      name: 'DeviceUnavailableError',
      code: 'DeviceUnavailable',
      kind: 'webgpu',
      why: 'no driver on this machine offers an adapter',
      shortMessage: 'The webgpu backend cannot be used: no driver on this machine offers an adapter.',
    })
  })

  test('an absent device is replaced where that is allowed, and info says so', async () => {
    const backend = await createBackend({ kind: 'webgpu', fallback: 'cpu', webgpu: { gpu: noAdapter } })
    expect(backend.info).toMatchObject({ kind: 'cpu', requested: 'webgpu' })
    expect(backend.info.fallbacks).toEqual([{ from: 'webgpu', why: expect.stringContaining('adapter') }])
    expect((await backend.normaliseRows(matrix)).data).toEqual(Float32Array.of(0.25, 0.25, 0.5))
  })

  test('auto without a graphics device takes WebAssembly and says why', async () => {
    const { info } = await createBackend({ webgpu: { gpu: noAdapter } })
    expect(info).toMatchObject({ kind: 'wasm', requested: 'auto', device: 'WebAssembly', isSoftware: true })
    expect(info.fallbacks).toEqual([{ from: 'webgpu', why: 'no driver on this machine offers an adapter' }])
  })

  test('auto passes over a software driver', async () => {
    const adapter = { vendor: 'google', architecture: 'swiftshader', device: '', description: '' }
    const { info } = await createBackend({ webgpu: { gpu: brokenGpu('small', adapter) } })
    expect(info.kind).toBe('wasm')
    expect(info.fallbacks).toEqual([
      { from: 'webgpu', why: 'google swiftshader is a software driver, slower than WebAssembly' },
    ])
  })

  test('auto without a graphics device and without WebAssembly takes the cpu, with both reasons', async () => {
    const { info } = await createBackend({ webgpu: { gpu: noAdapter }, wasm: { loadCode: async () => null } })
    expect(info).toMatchObject({ kind: 'cpu', requested: 'auto' })
    expect(info.fallbacks.map(({ from }) => from)).toEqual(['webgpu', 'wasm'])
  })

  test('a lost device fails its calls', async () => {
    const backend = await createBackend({ kind: 'webgpu', webgpu: { gpu: brokenGpu('lost') } })
    await expect(backend.normaliseRows(matrix)).rejects.toMatchObject({
      name: 'DeviceLostError',
      code: 'DeviceLost',
      kind: 'webgpu',
      reason: 'unplugged',
    })
    expect(backend.info.kind).toBe('webgpu')
  })

  test('a lost device is replaced where that is allowed, visibly and for good', async () => {
    const backend = await createBackend({ kind: 'auto', webgpu: { gpu: brokenGpu('lost') } })
    expect(backend.info).toMatchObject({ kind: 'webgpu', device: 'acme test double', isSoftware: false })
    expect((await backend.normaliseRows(matrix)).data).toEqual(Float32Array.of(0.25, 0.25, 0.5))
    expect(backend.info).toMatchObject({ kind: 'cpu', fallbacks: [{ from: 'webgpu' }] })
  })

  test('work that does not fit is an error with both sizes, or goes to the cpu and is noted', async () => {
    const strict = await createBackend({ kind: 'webgpu', webgpu: { gpu: brokenGpu('small') } })
    await expect(strict.rankRows(matrix)).rejects.toMatchObject({
      name: 'DeviceTooSmallError',
      code: 'DeviceTooSmall',
      what: 'entries',
      needed: 3,
      limit: 2,
    })
    const lenient = await createBackend({
      kind: 'webgpu',
      fallback: 'cpu',
      webgpu: { gpu: brokenGpu('small') },
    })
    expect((await lenient.rankRows(matrix)).data).toEqual(Float32Array.of(2.5, 2.5, 1))
    await lenient.rankRows(matrix)
    expect(lenient.info.kind).toBe('webgpu')
    expect(lenient.info.fallbacks).toHaveLength(1)
  })

  test('an unknown kind is refused by name', async () => {
    await expect(createBackend({ kind: 'abacus' as 'cpu' })).rejects.toMatchObject({ field: 'kind' })
  })

  test('a package that does not load is named', async () => {
    const importPackage = () => Promise.reject(new TypeError('not here'))
    await expect(createBackend({ kind: 'gpujs', gpujs: { importPackage } })).rejects.toMatchObject({
      name: 'MissingPackageError',
      packageName: 'gpu.js',
    })
    await expect(findGpu(importPackage)).rejects.toMatchObject({ name: 'DeviceUnavailableError' })
  })

  test('gpu.js tells the mode that ran; another one than was asked for is an error', async () => {
    const backend = await createBackend({ kind: 'gpujs', gpujs: { mode: 'webasm' } })
    expect(backend.info).toMatchObject({
      device: 'gpu.js webasm',
      isSoftware: true,
      features: ['mode:webasm'],
    })
    await backend.dispose()

    class OtherMode {
      createKernel = () =>
        Object.assign(() => [16.5, 33.5], { kernel: { constructor: { mode: 'cpu', name: '' } } })
      destroy = () => {}
    }
    const importPackage = async () => ({ GPU: OtherMode })
    await expect(
      createBackend({ kind: 'gpujs', gpujs: { mode: 'webasm', importPackage } }),
    ).rejects.toMatchObject({ why: 'mode webasm was asked and cpu ran' })
  })
})
