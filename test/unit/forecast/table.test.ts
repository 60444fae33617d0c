import { describe, expect, test } from 'vitest'
import type { Participant } from '../../../examples/forecast/reasons.js'
import { COLORED, epochLine, LiveText, metagraphTable } from '../../../examples/forecast/table.js'
import { frameOf, hotkeyOf } from '../report/frames.js'

const participant = (name: string, role: Participant['role']): Participant => ({
  name,
  role,
  hotkey: hotkeyOf(name),
  does: '',
})
const participants = [
  participant('good', 'miner'),
  participant('bad', 'miner'),
  participant('ada', 'validator'),
]
const frames = [1, 2].map((epoch) =>
  frameOf(epoch, [
    { name: 'good', incentive: 1, earnedAlpha: 1_500_000_000n },
    { name: 'bad' },
    { name: 'ada', dividends: 0.5, trust: 0.25, earnedAlpha: 250_000_000n, stakeAlpha: 990_050_000_000n },
  ]),
)

describe('metagraphTable', () => {
  test('has one line per participant with stake, shares and all it earned so far, and what alpha is worth', () => {
    expect(metagraphTable({ participants, frames })).toEqual([
      'uid  neuron       role         stake incentive dividends  trust    earned',
      '  0  good         miner          0.0    100.0%                      3.000 █████',
      '  1  bad          miner          0.0                                0.000',
      '  2  ada          validator    990.0               50.0%  25.0%     0.500 ██',
      "1 alpha costs 1.2500 TAO; 25.0% of each block's new TAO goes to this subnet",
    ])
  })

  test('before the first epoch, and for who has no slot, it shows the names', () => {
    expect(metagraphTable({ participants, frames: [] })[1]).toBe('  -  good         miner    ')
    const others = [participant('nobody', 'miner')]
    expect(metagraphTable({ participants: others, frames })[1]).toContain('nobody')
  })

  test('fits into 79 columns with the longest values', () => {
    const full = [
      frameOf(1, [
        {
          name: 'persistence',
          incentive: 1,
          dividends: 1,
          trust: 1,
          earnedAlpha: 99_999_000_000_000n,
          stakeAlpha: 999_999_000_000_000n,
        },
      ]),
    ]
    const lines = metagraphTable({ participants: [participant('persistence', 'validator')], frames: full })
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(79)
  })

  test('colour goes around text, never into widths', () => {
    const plain = metagraphTable({ participants, frames })
    const colored = metagraphTable({ participants, frames, style: COLORED })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the terminal's own control codes.
    expect(colored.map((line) => line.replace(/\u001b\[\d+m/g, ''))).toEqual(plain)
  })
})

describe('epochLine', () => {
  test('names the epoch, the block and what each miner gets', () => {
    expect(epochLine(frames[1]!, participants, 20, 2)).toBe('epoch  2/20  block 22  good 100.0%  bad 0')
  })
})

describe('LiveText', () => {
  /** A terminal that remembers what was written. */
  function terminal(isTTY: boolean, columns = 80) {
    const written: string[] = []
    const stream = {
      isTTY,
      columns,
      write: (text: string) => written.push(text) > 0,
    } as unknown as NodeJS.WriteStream
    return { written, live: new LiveText(stream) }
  }

  test('goes back up over what it drew before', () => {
    const { written, live } = terminal(true)
    live.draw(['one', 'two'])
    live.draw(['three'])
    expect(written).toEqual(['one\u001b[K\ntwo\u001b[K\n\u001b[J', '\u001b[2Athree\u001b[K\n\u001b[J'])
  })

  test('after release it draws below', () => {
    const { written, live } = terminal(true)
    live.draw(['one'])
    live.release()
    live.draw(['two'])
    expect(written[1]).toBe('two\u001b[K\n\u001b[J')
  })

  test('writes nothing where lines cannot be drawn again', () => {
    for (const { written, live } of [terminal(false), terminal(true, 60)]) {
      live.draw(['one'])
      expect(live.works).toBe(false)
      expect(written).toEqual([])
    }
  })
})
