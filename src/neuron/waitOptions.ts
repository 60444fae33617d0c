import type { WaitOptions } from '../chain/index.js'
import { optional, shape, signal } from '../checks/index.js'

/** What a wait may be given. */
export const waitOptions = shape<WaitOptions>({ signal: optional(signal) })
