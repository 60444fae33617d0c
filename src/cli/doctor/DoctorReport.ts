import { hostAndPort } from '../../checks/index.js'
import { printable } from '../../errors/index.js'
import type { NetworkAddress } from '../../transport/index.js'
import type { CliIo } from '../io.js'
import { CHECKS, type Finding } from './findings.js'

/** How each status is said. */
const WORDS: Readonly<Record<Finding['status'], string>> = {
  ok: 'ok',
  warning: 'warning',
  failed: 'FAILED',
  notTried: 'not tried',
}

const WORD_WIDTH = Math.max(...Object.values(WORDS).map(({ length }) => length))
const CHECK_WIDTH = Math.max(...CHECKS.map(({ length }) => length))
/** Longest sentence: some of it comes from the other end. */
const LINE_LIMIT = 600

/** Prints findings as they come, how far a long look is, and a verdict at the end. */
export class DoctorReport {
  readonly #io: CliIo
  readonly #address: NetworkAddress
  readonly #isJson: boolean
  #isProgressShown = false

  constructor(io: CliIo, { address, isJson }: { address: NetworkAddress; isJson: boolean }) {
    this.#io = io
    this.#address = address
    this.#isJson = isJson
  }

  tell({ check, status, says, remedy }: Finding): void {
    this.#clear()
    if (this.#isJson) return
    const head = `${WORDS[status].padEnd(WORD_WIDTH)}  ${check.padEnd(CHECK_WIDTH)}  `
    const text = remedy === undefined ? says : `${says} ${remedy}`
    this.#io.out(`${head}${printable(text, LINE_LIMIT)}\n`)
  }

  /** How far it is; on a terminal alone, and gone with the next finding. */
  progress(text: string): void {
    if (!this.#io.isErrorTerminal) return
    this.#io.err(`\r${text}\x1b[K`)
    this.#isProgressShown = true
  }

  end(findings: readonly Finding[], isStopped: boolean): void {
    this.#clear()
    const counts = { ok: 0, warning: 0, failed: 0, notTried: 0 }
    for (const { status } of findings) counts[status]++
    const verdict = isStopped
      ? 'stopped'
      : counts.failed > 0
        ? 'failed'
        : counts.warning > 0
          ? 'warning'
          : 'ok'
    if (this.#isJson) {
      const target = hostAndPort(this.#address)
      this.#io.out(`${JSON.stringify({ target, verdict, counts, findings }, null, 2)}\n`)
      return
    }
    const { ok, warning, failed, notTried } = counts
    const figures = `${ok} ok, ${warning} to look at, ${failed} failed, ${notTried} not tried`
    this.#io.out(`${SENTENCES[verdict]} (${figures})\n`)
  }

  #clear(): void {
    if (this.#isProgressShown) this.#io.err('\r\x1b[K')
    this.#isProgressShown = false
  }
}

const SENTENCES = {
  ok: 'All that was tried is well.',
  warning: 'It works; see what is to look at.',
  failed: 'Something is wrong: see what failed.',
  stopped: 'Stopped before the end.',
} as const
