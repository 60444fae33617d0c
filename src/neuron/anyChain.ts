import { having } from '../checks/index.js'

/** Any chain: in this process, over a socket, or a double in a test. */
export const anyChain = having('a chain, such as RemoteChain.connect gives', [
  'head',
  'query',
  'metagraph',
  'call',
  'blocks',
])
