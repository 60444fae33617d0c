import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { WaitList } from '../../../src/clock/index.js'

/** Lets all that could run run. */
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

describe('a WaitList', () => {
  it('wakes all who wait, in the order in which they came, and none who come later', async () => {
    const list = new WaitList()
    const woken: string[] = []
    for (const name of ['first', 'second']) void list.wait().then(() => woken.push(name))
    list.wake()
    void list.wait().then(() => woken.push('later'))
    await turn()
    expect(woken).toEqual(['first', 'second'])
    list.wake()
    await turn()
    expect(woken).toEqual(['first', 'second', 'later'])
  })

  it('wakes one alone when its signal is aborted, and leaves nothing behind', async () => {
    const list = new WaitList()
    const [given, kept] = [new AbortController(), new AbortController()]
    const woken: string[] = []
    void list.wait(given.signal).then(() => woken.push('given up'))
    void list.wait(kept.signal).then(() => woken.push('kept'))
    given.abort()
    await turn()
    expect(woken).toEqual(['given up'])
    list.wake()
    await turn()
    expect(woken).toEqual(['given up', 'kept'])
    expect(getEventListeners(kept.signal, 'abort')).toEqual([])
  })

  it('waits for nothing under a signal that is aborted already', async () => {
    await new WaitList().wait(AbortSignal.abort())
  })
})
