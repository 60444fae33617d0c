export {
  type Alpha,
  describeRao,
  formatTao,
  MAX_SUPPLY_RAO,
  parseTao,
  RAO_PER_TAO,
  type Rao,
  U64_MAX,
} from './amounts.js'
export { formatPrice } from './formatPrice.js'
export {
  type Address,
  asColdkey,
  asHotkey,
  type BlockNumber,
  type Coldkey,
  type Hotkey,
  type Netuid,
  type Uid,
} from './ids.js'
export { type U16, U16_MAX } from './proportions.js'
export { valueRao } from './valueRao.js'
