import { portableError } from '../../errors/index.js'
import type { BlockHeader } from '../../ledger/index.js'
import { callListener, type Logger, stderrLogger } from '../../log/index.js'
import type { ChainConnectionError } from '../chainErrors.js'

/** What happens to the connection to a chain node. */
export type RemoteChainEvent =
  /** It broke. It is made again, and what waits for the chain goes on waiting. */
  | { readonly type: 'lost'; readonly node: string; readonly error: ChainConnectionError }
  /** An attempt to make it again failed; the next one comes after `delayMs`. */
  | {
      readonly type: 'retrying'
      readonly node: string
      readonly attempt: number
      readonly delayMs: number
      readonly error: unknown
    }
  /** It stands again, to the same chain. */
  | {
      readonly type: 'reconnected'
      readonly node: string
      readonly afterMs: number
      readonly head: BlockHeader
    }
  /** The node came back as another chain: everything ends with this error, now and later. */
  | { readonly type: 'replaced'; readonly node: string; readonly error: ChainConnectionError }
  /** The node did not come back in time: everything ends with this error, now and later. */
  | {
      readonly type: 'gaveUp'
      readonly node: string
      readonly afterMs: number
      readonly error: ChainConnectionError
    }

/** Tells each event to the caller and in the log. */
export class ChainReporter {
  readonly #onEvent: ((event: RemoteChainEvent) => void) | undefined
  readonly #logger: Logger

  constructor(options: {
    onEvent?: ((event: RemoteChainEvent) => void) | undefined
    logger?: Logger | undefined
  }) {
    this.#onEvent = options.onEvent
    this.#logger = options.logger ?? stderrLogger()
  }

  tell(event: RemoteChainEvent): void {
    const { level, message } = lineOf(event)
    const { type, ...fields } = event
    this.#say(
      level,
      'error' in fields ? { ...fields, error: undefined, reason: reasonOf(fields.error) } : fields,
      message,
    )
    const failed = 'The function onEvent threw; the chain goes on.'
    callListener(
      () => this.#onEvent?.(event),
      (thrown) => this.#say('error', { err: portableError(thrown), event: type }, failed),
    )
  }

  /** A logger that throws must not end the chain's connection. */
  #say(level: 'debug' | 'warn' | 'error', fields: object, message: string): void {
    callListener(
      () => this.#logger[level](fields, message),
      (thrown) =>
        stderrLogger().error({ err: portableError(thrown) }, `The logger threw; it was to say: ${message}`),
    )
  }
}

/** An absence is no defect: its stack would tell nothing. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function lineOf(event: RemoteChainEvent): { level: 'debug' | 'warn' | 'error'; message: string } {
  switch (event.type) {
    case 'lost':
      return { level: 'warn', message: 'The chain is lost; connecting again.' }
    case 'retrying':
      return { level: 'debug', message: 'The chain cannot be reached yet.' }
    case 'reconnected':
      return { level: 'warn', message: 'The chain is back.' }
    case 'replaced':
      return {
        level: 'error',
        message: 'Another chain answers than before. Start anew: nothing of the old one holds there.',
      }
    case 'gaveUp':
      return {
        level: 'error',
        message: 'The chain did not come back and is given up. Check that its node runs.',
      }
  }
}
