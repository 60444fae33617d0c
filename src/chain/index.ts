export type { Chain, WaitOptions } from './Chain.js'
