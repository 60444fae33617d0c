import { describe, expect, it } from 'vitest'
import { axons, hyperparameters, neurons, prometheuses, uids } from '../../src/ledger/state/tables.js'
import { addSubnet, callContextAt, errorOf } from './callContext.js'
import { type FileInteger, parseEconomicsFile } from './economicsFile.js'
import { idOf } from './fileState.js'
import { vectorFiles } from './vectorsDir.js'

interface Case {
  readonly input: {
    readonly kind: 'axon' | 'prometheus'
    readonly registered: boolean
    readonly ip_type: number
    readonly ip: FileInteger
    readonly port: number
    readonly block: number
    readonly last_served_block: number
    readonly serving_rate_limit_blocks: number
  }
  readonly expected: { readonly error: string | null }
}

const NETUID = 1
const HOTKEY = 7

describe('serving_checks.json', () => {
  const file = vectorFiles('ledger').find(({ name }) => name === 'serving_checks.json')
  if (file === undefined) throw new TypeError('ledger/serving_checks.json is absent.')
  const cases = parseEconomicsFile(file.name, file.content).cases as unknown as Case[]
  const forms = [true, false].flatMap((isGuarded) =>
    cases.map((item, index) => ({ ...item, index, isGuarded })),
  )

  it.each(forms)(
    'case $index, guarded $isGuarded: the first failing check',
    ({ input, expected, isGuarded }) => {
      const context = { ...callContextAt(input.block), isGuarded }
      const { state, config } = context
      addSubnet(context, NETUID, {})
      const servingRateLimitBlocks = input.serving_rate_limit_blocks
      state.set(hyperparameters, [NETUID], { ...config.hyperparameters, servingRateLimitBlocks })
      if (input.registered) {
        state.set(neurons, [NETUID], { hotkey: [idOf(HOTKEY)], registeredAtBlock: new Float64Array(1) })
        state.set(uids, [NETUID, idOf(HOTKEY)], 0)
        if (input.last_served_block > 0) {
          const served = { ip: '1.2.3.4', ipType: 4, port: 1, version: 0, block: input.last_served_block }
          state.set(axons, [NETUID, 0], { ...served, protocol: 0, placeholder1: 0, placeholder2: 0 })
          state.set(prometheuses, [NETUID, 0], served)
        }
      }
      const { port, ip_type: ipType } = input
      const args = { netuid: NETUID, ip: { ipType, value: BigInt(input.ip) }, port, version: 1 }
      const before = state.savepoint()
      const errors =
        input.kind === 'prometheus'
          ? [errorOf(context, HOTKEY, 'servePrometheus', args)]
          : [
              errorOf(context, HOTKEY, 'serveAxon', args),
              state.rollback(before) ??
                errorOf(context, HOTKEY, 'serveAxonTls', { ...args, certificate: new Uint8Array(5) }),
            ]
      expect(errors).toEqual(errors.map(() => expected.error))
    },
  )
})
