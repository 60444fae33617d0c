import {
  bytes,
  type Check,
  custom,
  func,
  optional,
  shape,
  signal,
  u16,
  wholeNumber,
} from '../checks/index.js'
import { isAddress } from '../crypto/index.js'
import type { BlockNumber } from '../units/index.js'
import type { MetagraphOptions, SubmitOptions, WaitOptions } from './Chain.js'

/** What the methods of every chain are called with. */
export const waitShape = shape<WaitOptions>({ signal: optional(signal) })

export const metagraphShape = shape<MetagraphOptions>({
  signal: optional(signal),
  mechanism: optional(u16()),
})

export const submitShape = shape<SubmitOptions>({ signal: optional(signal), onAccepted: optional(func) })

export const blocksShape = shape<WaitOptions & { readonly fromBlock?: BlockNumber }>({
  signal: optional(signal),
  fromBlock: optional(wholeNumber()),
})

export const signedCallCheck: Check = bytes()

export const netuidCheck: Check = u16()

export const addressCheck: Check = custom(
  'Pass an address from parseAddress.',
  (value) => typeof value === 'string' && isAddress(value),
)
