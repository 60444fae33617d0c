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

/** What it all comes to; `partial` where nothing failed and hardly anything was tried, for the axon did not prove who it is, or who it should be was not said. */
export type Verdict = 'ok' | 'warning' | 'failed' | 'partial' | 'stopped'

interface ReportOptions {
  readonly address: NetworkAddress
  readonly isJson: boolean
  readonly isHotkeyKnown: boolean
}

/** Prints findings as they come, how far a long look is, and a verdict at the end. */
export class DoctorReport {
  readonly #io: CliIo
  readonly #address: NetworkAddress
  readonly #isJson: boolean
  readonly #isHotkeyKnown: boolean
  #isProgressShown = false
  readonly #remedies = new Set<string>()

  constructor(io: CliIo, { address, isJson, isHotkeyKnown }: ReportOptions) {
    this.#io = io
    this.#address = address
    this.#isJson = isJson
    this.#isHotkeyKnown = isHotkeyKnown
  }

  tell({ check, status, says, remedy }: Finding): void {
    this.#clear()
    if (this.#isJson) return
    const head = `${WORDS[status].padEnd(WORD_WIDTH)}  ${check.padEnd(CHECK_WIDTH)}  `
    // What is to be done for one look is often to be done for all that come after: said once.
    const isNew = remedy !== undefined && !this.#remedies.has(remedy)
    const text = isNew ? `${says} ${remedy}` : says
    if (isNew) this.#remedies.add(remedy)
    this.#io.out(`${head}${printable(text, LINE_LIMIT)}\n`)
  }

  /** How far it is; on a terminal alone, and gone with the next finding. */
  progress(text: string): void {
    if (!this.#io.isErrorTerminal) return
    this.#io.err(`\r${text}\x1b[K`)
    this.#isProgressShown = true
  }

  /** Prints the verdict, and gives it. */
  end(findings: readonly Finding[], isStopped: boolean): Verdict {
    this.#clear()
    const counts = { ok: 0, warning: 0, failed: 0, notTried: 0 }
    for (const { status } of findings) counts[status]++
    const isProven = findings.some(({ check, status }) => check === 'identity' && status === 'ok')
    const verdict = isStopped ? 'stopped' : verdictOf(counts, isProven)
    if (this.#isJson) {
      const target = hostAndPort(this.#address)
      this.#io.out(`${JSON.stringify({ target, verdict, counts, findings }, null, 2)}\n`)
      return verdict
    }
    const { ok, warning, failed, notTried } = counts
    const figures = `${ok} ok, ${warning} to look at, ${failed} failed, ${notTried} not tried`
    const rest = this.#isHotkeyKnown ? 'which hotkey answers was not proven' : 'give --hotkey for the rest'
    const tried = `${findings.length - notTried} of ${findings.length}`
    this.#io.out(`${SENTENCES[verdict].replace('{tried}', tried).replace('{rest}', rest)} (${figures})\n`)
    return verdict
  }

  #clear(): void {
    if (this.#isProgressShown) this.#io.err('\r\x1b[K')
    this.#isProgressShown = false
  }
}

function verdictOf(
  { failed, warning }: Readonly<Record<Finding['status'], number>>,
  isProven: boolean,
): Verdict {
  if (failed > 0) return 'failed'
  if (!isProven) return 'partial'
  return warning > 0 ? 'warning' : 'ok'
}

const SENTENCES: Readonly<Record<Verdict, string>> = {
  ok: 'All that was tried is well.',
  warning: 'It works; see what is to look at.',
  failed: 'Something is wrong: see what failed.',
  partial: 'Nothing wrong in what was tried: {tried} looks; {rest}.',
  stopped: 'Stopped before the end.',
}
