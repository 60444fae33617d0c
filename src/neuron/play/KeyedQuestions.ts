import { blake2b256, hexOf } from '../../crypto/index.js'
import type { RoundEntry } from '../../mechanism/index.js'
import { packValue } from '../../synapse/index.js'
import type { Question } from './Question.js'

/** A question as a record names it: who, what and how often. */
export interface KeyedQuestion extends Omit<RoundEntry, 'answer'> {
  /** The same for the same question in any run. */
  readonly key: string
  readonly question: Question
}

/** Stands for what cannot travel: it is never sent. */
const UNSENDABLE = /* @__PURE__ */ new Uint8Array(32)

/** Names the questions of a round, in the order in which they are asked. */
export class KeyedQuestions {
  readonly #counts = new Map<string, number>()
  readonly #known = new WeakMap<Question, KeyedQuestion>()
  /** What all miners are asked is packed once; whoever asks may write into it afterwards. */
  readonly #digestsNow = new Map<object, Uint8Array>()

  /** The name of one more question: of equal ones each has its number. */
  next(question: Question): KeyedQuestion {
    const first = this.of(question)
    const nth = this.#counts.get(first.key) ?? 0
    this.#counts.set(first.key, nth + 1)
    const keyed = nth === 0 ? first : { ...first, nth, key: keyOf({ ...first, nth }) }
    this.#known.set(question, keyed)
    return keyed
  }

  /** The name of a question to which the answer is always the same. */
  of(question: Question): KeyedQuestion {
    const { door, name, hotkey } = question
    const parts = {
      door,
      name,
      ...(hotkey === undefined ? {} : { hotkey }),
      ...(question.asked === undefined ? {} : { asked: this.#digestOf(question.asked) }),
      nth: 0,
    }
    return { ...parts, key: keyOf(parts), question }
  }

  /** The name that a question has already. */
  known(question: Question): KeyedQuestion {
    return this.#known.get(question) ?? this.of(question)
  }

  #digestOf(asked: unknown): Uint8Array {
    if (typeof asked !== 'object' || asked === null) return digestOf(asked)
    const before = this.#digestsNow.get(asked)
    if (before !== undefined) return before
    if (this.#digestsNow.size === 0) queueMicrotask(() => this.#digestsNow.clear())
    const digest = digestOf(asked)
    this.#digestsNow.set(asked, digest)
    return digest
  }
}

function digestOf(asked: unknown): Uint8Array {
  let bytes: Uint8Array
  try {
    bytes = packValue(asked)
  } catch {
    return UNSENDABLE
  }
  return blake2b256(bytes)
}

/** How an entry is found. */
export function keyOf({ door, name, hotkey, asked, nth }: Omit<RoundEntry, 'answer'>): string {
  return JSON.stringify([door, name, hotkey ?? null, asked === undefined ? null : hexOf(asked), nth])
}
