/** What a node counts over all connections. */
export type NodeRefusal =
  | 'badMessage'
  | 'slowReader'
  | 'pushedOut'
  | 'idle'
  | 'tooManyRequests'
  | 'tooManySubscriptions'
  | 'blocksGone'
  | 'blockTooLarge'
