import { MissingPackageError } from 'subnetkit/errors'
import { describe, expect, test } from 'vitest'
import { workerProgram } from '../../../../src/sandbox/onnx/childProgram.js'
import { OnnxProcess, runtimePath } from '../../../../src/sandbox/onnx/OnnxProcess.js'
import { onnxFile } from '../../../support/onnxWriter.js'

/** Fills 384 MiB, and works on it for some seconds. */
const large = onnxFile({
  inputs: {},
  constants: [{ name: 's', dims: [2], data: BigInt64Array.of(8_192n, 12_288n) }],
  nodes: [
    { op: 'ConstantOfShape', inputs: ['s'], outputs: ['t0'] },
    ...Array.from({ length: 12 }, (_, at) => ({ op: 'Exp', inputs: [`t${at}`], outputs: [`t${at + 1}`] })),
    { op: 'ReduceSum', inputs: ['t12'], outputs: ['y'], attributes: { keepdims: 0 } },
  ],
  outputs: ['y'],
})

const parts = {
  program: workerProgram,
  runtimePath: runtimePath(),
  memoryBytes: 64 * 2 ** 20,
  mostAnswerBytes: 4,
}

describe('a process of a model', () => {
  test('is ended for its memory where the system sets no limit and it is looked at', async () => {
    const process = new OnnxProcess({ ...parts, platform: 'darwin' })
    expect(await process.ask({ kind: 'load' }, [large])).toMatchObject({ header: { kind: 'loaded' } })
    const end = await process.ask({ kind: 'run', inputs: [], outputs: ['y'] }, [])
    expect(end).toMatchObject({ kind: 'ended', reason: 'memory' })
    expect(process.isOver).toBe(true)
    expect(await process.ask({ kind: 'load' }, [])).toMatchObject({ kind: 'ended', reason: 'crashed' })
    await process.end()
  })

  test.each([
    [
      'answers with more than is asked',
      'process.stdout.write(Buffer.from([0, 0, 0, 2, 0, 0, 0, 5, 123, 125, 1, 2, 3, 4, 5])); setInterval(() => {}, 1e6)',
    ],
    [
      'answers with a header that has no end',
      'process.stdout.write(Buffer.from([255, 255, 255, 255, 0, 0, 0, 0])); setInterval(() => {}, 1e6)',
    ],
    [
      'answers with what is no JSON',
      'process.stdout.write(Buffer.from([0, 0, 0, 1, 0, 0, 0, 0, 123])); setInterval(() => {}, 1e6)',
    ],
    ['exits', 'process.exit(3)'],
    ['is no program', 'function ('],
    ['aborts', 'process.abort()'],
  ])('that %s has crashed', async (_, program) => {
    const process = new OnnxProcess({ ...parts, program })
    expect(await process.ask({ kind: 'load' }, [large])).toMatchObject({ kind: 'ended', reason: 'crashed' })
    await process.end()
  })

  test('has nothing of this one: no environment, and another folder', async () => {
    const program = `const words = JSON.stringify({ kind: 'failed', message: Object.keys(process.env).filter((key) => !/^(PWD|SHLVL|_|OLDPWD)$/.test(key)).join() + process.cwd() })
      const head = Buffer.alloc(8); head.writeUInt32BE(words.length, 0); process.stdout.write(head); process.stdout.write(words); setInterval(() => {}, 1e6)`
    const process = new OnnxProcess({ ...parts, program })
    expect(await process.ask({ kind: 'load' }, [])).toMatchObject({
      header: { kind: 'failed', message: '/' },
    })
    await process.end()
  })
})

test('a package that is not installed is named, with what to install', () => {
  const resolve = () => {
    throw new Error('not found')
  }
  expect(() => runtimePath(resolve)).toThrow(MissingPackageError)
  expect(() => runtimePath(resolve)).toThrow('npm install onnxruntime-node')
})
