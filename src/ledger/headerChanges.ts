import type { BlockHeader } from './block/header.js'
import type { Change } from './state/Store.js'
import { headers } from './state/tables.js'

/** What a store is to keep of headers: a new one, in the place of the oldest. */
export function headerChanges({ number, ...record }: BlockHeader, windowBlocks: number): Change[] {
  const oldest = number - windowBlocks
  const gone: Change[] = oldest < 0 ? [] : [{ table: headers, key: [oldest], record: undefined }]
  return [...gone, { table: headers, key: [number], record }]
}
