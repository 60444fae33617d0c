import { describe, expect, it } from 'vitest'
import { sha256 } from '../../../../src/crypto/index.js'
import { StateTree } from '../../../../src/ledger/state/StateTree.js'
import { SeededRandom } from '../../../../src/math/index.js'

const bytes = (text: string): Uint8Array => sha256(new TextEncoder().encode(text))

function treeOf(entries: readonly (readonly [string, string])[]): StateTree {
  const tree = new StateTree()
  for (const [key, value] of entries) tree.set(bytes(key), bytes(value))
  return tree
}

const many = Array.from({ length: 200 }, (_, index) => [`k${index}`, `v${index}`] as const)

describe('StateTree', () => {
  it('has a root of zeros when empty, and again after everything is removed', () => {
    const tree = treeOf([['a', '1']])
    expect(new StateTree().root()).toBe('0'.repeat(64))
    expect(tree.root()).not.toBe('0'.repeat(64))
    tree.set(bytes('a'), undefined)
    expect(tree.root()).toBe('0'.repeat(64))
  })

  it('gives the same root whatever the order of insertion', () => {
    const shuffled = new SeededRandom('tree').shuffled(many)
    expect(treeOf(shuffled).root()).toBe(treeOf(many).root())
  })

  it('forgets removed leaves completely', () => {
    const tree = treeOf(many)
    for (const [key] of many.slice(50)) tree.set(bytes(key), undefined)
    expect(tree.root()).toBe(treeOf(many.slice(0, 50)).root())
  })

  it('changes with every key and every value', () => {
    const root = treeOf(many).root()
    expect(treeOf([...many.slice(1), ['k0', 'other']]).root()).not.toBe(root)
    expect(treeOf([...many.slice(1), ['other', 'v0']]).root()).not.toBe(root)
    expect(treeOf(many.slice(1)).root()).not.toBe(root)
  })

  it('does not change when an absent key is removed or a value is set again', () => {
    const tree = treeOf(many)
    const root = tree.root()
    tree.set(bytes('absent'), undefined)
    tree.set(bytes('k7'), bytes('v7'))
    expect(tree.root()).toBe(root)
  })
})
