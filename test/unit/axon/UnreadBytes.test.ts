import { describe, expect, it } from 'vitest'
import { UnreadBytes } from '../../../src/axon/UnreadBytes.js'

class Caller {
  isDropped = false
  unreadBytes: number

  constructor(unreadBytes: number) {
    this.unreadBytes = unreadBytes
  }

  dropAsSlow(): void {
    this.isDropped = true
    this.unreadBytes = 0
  }
}

const dropped = (callers: readonly Caller[]): boolean[] => callers.map(({ isDropped }) => isDropped)

describe('UnreadBytes', () => {
  it('drops those for which most waits, until the rest fits', () => {
    const unread = new UnreadBytes<Caller>(100)
    const callers = [10, 50, 40].map((bytes) => new Caller(bytes))
    for (const caller of callers) unread.note(caller)
    expect(dropped(callers)).toEqual([false, false, false])
    callers[0]!.unreadBytes = 30
    unread.note(callers[0]!)
    expect(dropped(callers)).toEqual([false, true, false])
    callers[0]!.unreadBytes = 99
    unread.note(callers[0]!)
    expect(dropped(callers)).toEqual([true, true, false])
  })

  it('drops nobody while what was read since makes room', () => {
    const unread = new UnreadBytes<Caller>(100)
    const [quick, slow] = [new Caller(90), new Caller(60)]
    unread.note(quick)
    quick.unreadBytes = 0
    unread.note(slow)
    expect(dropped([quick, slow])).toEqual([false, false])
  })

  it('forgets who is gone', () => {
    const unread = new UnreadBytes<Caller>(100)
    const [gone, other] = [new Caller(90), new Caller(60)]
    unread.note(gone)
    unread.forget(gone)
    unread.note(other)
    expect(dropped([gone, other])).toEqual([false, false])
  })
})
