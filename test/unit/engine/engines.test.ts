import { describe, expect, it } from 'vitest'
import { runEpoch, sparseRowsFrom } from '../../../src/consensus/index.js'
import { EngineUnavailableError, YumaConsensus } from '../../../src/engine/index.js'
import { InvalidArgumentError } from '../../../src/errors/index.js'
import { engineOptions, runOn } from '../../support/engines.js'
import { epochInput, epochParams } from '../../support/epochs.js'

const sketch = { weights: [[[1, 65_535]], []] as [number, number][][], stakeRao: [5, 0] }

describe('the choice of engine', () => {
  it('is WebAssembly where it can be used, and says how the last epoch went', () => {
    const yuma = new YumaConsensus(epochParams())
    expect(yuma.info).toEqual({ engine: 'wasm', fallback: null, lastRun: null })
    yuma.run(epochInput(sketch))
    expect(yuma.info.lastRun).toMatchObject({ engine: 'wasm', layout: 'sparse' })
  })

  it('is the plain engine on request', () => {
    const yuma = new YumaConsensus(epochParams(), { engine: 'plain' })
    yuma.run(epochInput(sketch))
    expect(yuma.info).toEqual({
      engine: 'plain',
      fallback: null,
      lastRun: { engine: 'plain', fallback: null },
    })
  })

  it('falls back to the plain engine, visibly, for rows that name a target twice', () => {
    const yuma = new YumaConsensus(epochParams(), { engine: 'wasm' })
    const input = epochInput({
      ...sketch,
      weights: [
        [
          [1, 5],
          [1, 7],
        ],
        [],
      ] as [number, number][][],
    })
    expect(yuma.run(input)).toEqual(runEpoch(input, epochParams()))
    expect(yuma.info.lastRun).toEqual({ engine: 'plain', fallback: 'a row names a target twice' })
  })

  it.each([
    { field: 'options.engine', options: { engine: 'gpu' as 'wasm' } },
    { field: 'options.path', options: { path: 'short' as 'dense' } },
  ])('refuses an unknown $field', ({ field, options }) => {
    const build = (): YumaConsensus => new YumaConsensus(epochParams(), options)
    expect(build).toThrow(InvalidArgumentError)
    expect(build).toThrow(field)
  })

  it('is refused by name, with the remedy, where a runtime has no WebAssembly', () => {
    const error = new EngineUnavailableError({ reason: 'this runtime has no WebAssembly' })
    expect(error.code).toBe('EngineUnavailable')
    expect(error.reason).toBe('this runtime has no WebAssembly')
    expect(error.message).toBe(
      "The WebAssembly engine cannot be used: this runtime has no WebAssembly. Leave `engine` out (or pass 'plain') to compute the same results in plain JavaScript. In a clone of the project, node scripts/buildWasm.mjs builds it.",
    )
  })
})

describe.each(engineOptions)('engine $title', (options) => {
  it('names what is wrong with an input', () => {
    const wrong = epochInput(sketch, { lastUpdate: Float64Array.of(1, -1) })
    expect(() => runOn(options, wrong, epochParams())).toThrow('input.lastUpdate[1]')
    const rich = epochInput(sketch, { alphaStakeRao: BigUint64Array.of(2n ** 62n, 2n ** 62n) })
    expect(() => runOn(options, rich, epochParams())).toThrow('input.alphaStakeRao')
    const rows = { ...sparseRowsFrom([[[1, 2]], []]), rowStart: Uint32Array.of(0, 2, 1) }
    expect(() => runOn(options, epochInput(sketch, { weights: rows }), epochParams())).toThrow(
      'input.weights.rowStart[2]',
    )
  })
})
