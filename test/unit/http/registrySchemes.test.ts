import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../src/clock/index.js'
import { registrySchemes } from '../../../src/http/index.js'

type Scheme = 'hashed' | 'mldsa' | undefined

/** A registry whose answers come when they are told to. */
function slowRegistry() {
  const waiting: { readonly sender: string; readonly answer: (scheme: Scheme) => void }[] = []
  const aborted: string[] = []
  const read = (sender: string, { signal }: { readonly signal: AbortSignal }): Promise<Scheme> => {
    signal.addEventListener('abort', () => aborted.push(sender))
    return new Promise((answer) => waiting.push({ sender, answer }))
  }
  return { read, waiting, aborted }
}

describe('look-ups of a registry', () => {
  it('are kept for a time, absence too', async () => {
    const clock = new VirtualClock()
    const reads: string[] = []
    const pins = registrySchemes({
      read: async (sender) => {
        reads.push(sender)
        return sender === 'h' ? 'hashed' : undefined
      },
      isMember: (sender) => sender === 'm',
      keptMs: 1_000,
      clock,
    })
    const all = () => Promise.all(['h', 'm', 'stranger'].map(async (sender) => pins(sender)))
    for (let round = 0; round < 3; round++) expect(await all()).toEqual(['hashed', 'sr25519', undefined])
    expect(reads).toEqual(['h', 'm', 'stranger'])
    await clock.run({ untilMs: 1_000 })
    await all()
    expect(reads).toHaveLength(6)
  })

  it('are one for all who ask for the same sender meanwhile', async () => {
    const { read, waiting } = slowRegistry()
    const pins = registrySchemes({ read, isMember: () => false })
    const asked = Array.from({ length: 20 }, () => pins('a'))
    expect(waiting).toHaveLength(1)
    waiting[0]?.answer('mldsa')
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['mldsa']))
  })

  it('of strangers are so many at once, and take no place of a member', async () => {
    const { read, waiting } = slowRegistry()
    const pins = registrySchemes({ read, isMember: (sender) => sender === 'm' })
    const strangers = Array.from({ length: 100 }, async (_, at) => pins(`s${at}`))
    const told = Promise.allSettled(strangers)
    const member = pins('m')
    expect(waiting.map(({ sender }) => sender)).toEqual([
      ...Array.from({ length: 32 }, (_, at) => `s${at}`),
      'm',
    ])
    for (const { answer } of waiting) answer(undefined)
    expect(await member).toBe('sr25519')
    const refused = (await told).filter(({ status }) => status === 'rejected')
    expect(refused).toHaveLength(68)
    expect(refused[0]).toMatchObject({ reason: { name: 'RequestRefusedError', refusal: 'unavailable' } })
  })

  it('that never end give their places back', async () => {
    const clock = new VirtualClock()
    const { read, waiting, aborted } = slowRegistry()
    const pins = registrySchemes({ read, isMember: () => false, clock })
    const first = Promise.allSettled(Array.from({ length: 32 }, async (_, at) => pins(`s${at}`)))
    await expect(pins('late')).rejects.toMatchObject({ refusal: 'unavailable' })
    await clock.run({ untilMs: 5_000 })
    expect((await first).every(({ status }) => status === 'rejected')).toBe(true)
    expect(aborted).toHaveLength(32)
    const late = pins('late')
    waiting.at(-1)?.answer('hashed')
    expect(await late).toBe('hashed')
  })

  it('of a flood of strangers do not push out what is kept of members', async () => {
    let ofMember = 0
    const pins = registrySchemes({
      read: async (sender) => {
        if (sender === 'm') ofMember++
        return undefined
      },
      isMember: (sender) => sender === 'm',
    })
    await pins('m')
    for (let at = 0; at < 10_000; at++) await pins(`s${at}`)
    expect(await pins('m')).toBe('sr25519')
    expect(ofMember).toBe(1)
  })
})
