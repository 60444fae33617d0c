import { assert } from '../../errors/index.js'
import { type Column, flag, u16s } from './columns.js'
import { fullRow, isFullRow } from './fullRows.js'

/** What a row of weights names. One that names all neurons in order, as most do, is written as their number. */
export const rowUids: Column<Uint16Array> = {
  ...u16s,
  write(to, uids) {
    const { length } = uids
    const isFull = length > 0 && isFullRow(uids)
    flag.write(to, isFull)
    if (isFull) to.u32(length)
    else u16s.write(to, uids)
  },
  read(from) {
    const isFull = flag.read(from)
    if (!isFull) return u16s.read(from)
    const length = from.u32()
    assert(length > 0 && length <= MOST_UIDS, 'a row is as long as no subnet')
    return fullRow(length)
  },
}

const MOST_UIDS = 65_536
