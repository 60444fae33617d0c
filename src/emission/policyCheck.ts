import { custom } from '../checks/index.js'

/** A policy of emission: a name and the function that shares a block's emission. */
export const emissionPolicy = custom(
  'Pass a policy such as referencePolicy, which has a name and split.',
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'split' in value &&
    typeof value.split === 'function',
)
