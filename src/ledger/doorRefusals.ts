/** Why a call has no place in a block, whatever it wants: from its bytes, its origin, its time and its nonce. */
export const DOOR_REFUSALS = [
  'MalformedCall',
  'BadSignature',
  'BadOrigin',
  'WrongChain',
  'Expired',
  'AncientBirthBlock',
  'ExpiryTooFar',
  'StaleNonce',
  'NonceGap',
  'BadProposal',
] as const

export type DoorRefusal = (typeof DOOR_REFUSALS)[number]
