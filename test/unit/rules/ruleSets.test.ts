import { describe, expect, it } from 'vitest'
import { compareRules } from '../../../examples/rules/compareRules.js'
import { gateByRank } from '../../../examples/rules/gateByRank.js'
import { LocalChain, referencePreset } from '../../../src/chain/index.js'
import { type EpochFunction, runEpoch } from '../../../src/consensus/index.js'
import { Ledger, type RuleSet, SPEC_425 } from '../../../src/ledger/index.js'

const genesis = (rules: string) => ({ config: { ...referencePreset.config, rules }, endowments: [] })

describe('a rule set', () => {
  it('changes what it says it changes, and nothing else', () => {
    const [reference, gated, wide] = compareRules([undefined, gateByRank(2), gateByRank(4)], 100)
    expect([reference?.broken, gated?.broken]).toEqual([[], []])
    const taoOf = (run: typeof reference): bigint[] => run?.subnets.map(({ taoRao }) => taoRao) ?? []
    expect(taoOf(reference).every((taoRao) => taoRao > 0n)).toBe(true)
    expect(taoOf(gated).map((taoRao) => taoRao > 0n)).toEqual([true, true, false, false])
    // What the others do not get, the first ones do.
    const sum = (list: readonly bigint[]): bigint => list.reduce((all, one) => all + one, 0n)
    expect(sum(taoOf(gated))).toBeGreaterThan(999_999_000n)
    // A gate with room for all is no gate, but for its name.
    expect(taoOf(wide)).toEqual(taoOf(reference))
    expect(wide?.stateHash).not.toBe(reference?.stateHash)
  })

  it('is the one that genesis names, on every way to a ledger', async () => {
    const rules = gateByRank(2)
    expect(() => new Ledger(genesis(rules.name), { runEpoch })).toThrow(
      'Pass the rule set that the chain\'s genesis names, "spec425-gate-2".',
    )
    expect(() => new Ledger(genesis(rules.name), { runEpoch, rules: gateByRank(3) })).toThrow(
      /options\.rules/,
    )
    expect(() => new Ledger(genesis(SPEC_425), { runEpoch, rules })).toThrow('the chain follows spec425')
    const impostor: RuleSet = { name: SPEC_425 }
    expect(() => new Ledger(genesis(SPEC_425), { runEpoch, rules: impostor })).toThrow(/options\.rules\.name/)
    expect(() => new Ledger(genesis(''), { runEpoch })).toThrow(/rules/)
    const ledger = new Ledger(genesis(rules.name), { runEpoch, rules })
    ledger.finalizeBlock([])
    ledger.commit()
    const bytes = ledger.snapshot()
    expect(() => Ledger.restore(bytes, { runEpoch })).toThrow(/options\.rules/)
    expect(Ledger.restore(bytes, { runEpoch, rules }).info().head.number).toBe(1)
    const preset = { ...referencePreset, config: genesis(rules.name).config }
    await expect(LocalChain.start({ preset, blockMs: 'manual' })).rejects.toThrow(/options\.rules/)
    const chain = await LocalChain.start({ preset, blockMs: 'manual', rules })
    await chain.close()
    await expect(
      LocalChain.start({ preset, blockMs: 'manual', rules: { name: 1 } as never }),
    ).rejects.toThrow(/rules\.name/)
  })

  it('makes the consensus of subnets of the function that the node has', () => {
    let epochs = 0
    const consensus: RuleSet['consensus'] = (inner, config): EpochFunction => {
      expect(config.rules).toBe('counted')
      return (input, params) => {
        epochs++
        return inner(input, params)
      }
    }
    const [counted, reference] = compareRules([{ name: 'counted', consensus }, undefined], 400)
    // An epoch of each of the four subnets.
    expect(epochs).toBe(4)
    expect(counted?.subnets).toEqual(reference?.subnets)
  })
})
