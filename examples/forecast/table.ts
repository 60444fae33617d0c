import type { EpochFrame } from 'subnetkit/metagraph'
import { formatPrice, formatTao } from 'subnetkit/units'
import { earnedBy, type Participant } from './reasons.js'

const BAR_WIDTH = 5
/** Widest line, and most lines, that are drawn live. */
const WIDTH = 79
const HEIGHT = 16

/**
 * The metagraph after an epoch as lines of text, at most 79 wide: one per participant, under a heading and over what the subnet's money is worth.
 * Stake and pay are alpha.
 */
export function metagraphTable(options: {
  readonly participants: readonly Participant[]
  readonly frames: readonly EpochFrame[]
  readonly style?: TextStyle
}): string[] {
  const { participants, frames, style = PLAIN } = options
  const last = frames.at(-1)
  const heading = 'uid  neuron       role         stake incentive dividends  trust    earned'
  const rows = participants.map(({ name, hotkey, role }) => {
    const uid = last?.metagraph.uidOf(hotkey)
    const start = `${name.padEnd(12)} ${role.padEnd(9)}`
    if (last === undefined || uid === undefined) return style.dim(`  -  ${start}`)
    const row = last.metagraph.row(uid)
    const cells = [
      String(uid).padStart(3),
      ` ${start}`,
      formatTao(row.stakeAlpha, 1).padStart(8),
      share(row.incentive).padStart(9),
      share(row.dividends).padStart(9),
      share(row.validatorTrust).padStart(6),
      formatTao(earnedBy(hotkey, frames), 3).padStart(9),
    ]
    return `${cells.join(' ')} ${style.bar(bar(role === 'miner' ? row.incentive : row.dividends))}`.trimEnd()
  })
  return [style.dim(heading), ...rows, ...(last === undefined ? [] : [style.dim(moneyLine(last))])]
}

/** What the subnet's money is worth now, in a line. */
export function moneyLine({ priceBits, emissionShare }: EpochFrame): string {
  const part = share(emissionShare) || 'none'
  return `1 alpha costs ${formatPrice(priceBits)} TAO; ${part} of each block's new TAO goes to this subnet`
}

/** One line for an epoch, where a table cannot be redrawn. */
export function epochLine(
  frame: EpochFrame,
  participants: readonly Participant[],
  epochs: number,
  at: number,
): string {
  const shares = participants
    .filter(({ role }) => role === 'miner')
    .map(({ name, hotkey }) => {
      const uid = frame.metagraph.uidOf(hotkey)
      return `${name} ${uid === undefined ? '-' : share(frame.metagraph.row(uid).incentive) || '0'}`
    })
  return `epoch ${String(at).padStart(String(epochs).length)}/${epochs}  block ${frame.block}  ${shares.join('  ')}`
}

/** How text is marked; both do nothing where the output is no terminal or NO_COLOR is set. */
export interface TextStyle {
  dim(text: string): string
  bar(text: string): string
}

export const PLAIN: TextStyle = { dim: (text) => text, bar: (text) => text }
export const COLORED: TextStyle = {
  dim: (text) => `\u001b[2m${text}\u001b[22m`,
  bar: (text) => (text === '' ? '' : `\u001b[36m${text}\u001b[39m`),
}

/** Empty for zero, so that the table shows who gets nothing. */
function share(value: number): string {
  return value === 0 ? '' : `${(100 * value).toFixed(1)}%`
}

function bar(value: number): string {
  return value === 0 ? '' : '█'.repeat(Math.max(1, Math.round(BAR_WIDTH * value)))
}

/**
 * Text at the foot of a terminal that is drawn again and again in place. Where the output is no terminal, or a
 * small one, it prints nothing: the caller writes plain lines instead.
 */
export class LiveText {
  readonly #out: NodeJS.WriteStream
  #lines = 0

  constructor(out: NodeJS.WriteStream) {
    this.#out = out
  }

  get works(): boolean {
    const { isTTY, columns = WIDTH + 1, rows = HEIGHT + 1 } = this.#out
    // A line that wraps, or that has left the screen at the top, could not be drawn over.
    return isTTY === true && process.env.TERM !== 'dumb' && columns > WIDTH && rows > HEIGHT
  }

  /** Replaces what was drawn before. */
  draw(lines: readonly string[]): void {
    if (!this.works) return
    const up = this.#lines === 0 ? '' : `\u001b[${this.#lines}A`
    // Each line is cleared to its end before the next begins, so nothing of a longer old line stays.
    this.#out.write(`${up}${lines.map((line) => `${line}\u001b[K\n`).join('')}\u001b[J`)
    this.#lines = lines.length
  }

  /** Writes something above what is drawn; draw again after it. */
  above(write: () => void): void {
    if (this.works && this.#lines > 0) this.#out.write(`\u001b[${this.#lines}A\u001b[J`)
    this.#lines = 0
    write()
  }

  /** Leaves what is drawn and continues below it. */
  release(): void {
    this.#lines = 0
  }
}
