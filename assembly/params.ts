import { PARAMS } from './layout'

// The parameters of one epoch as the caller lays them down, 8 bytes each.
// @ts-ignore: decorator
@inline export function currentBlock(): f64 { return load<f64>(PARAMS) }
// @ts-ignore: decorator
@inline export function lastStepBlock(): f64 { return load<f64>(PARAMS, 8) }
// @ts-ignore: decorator
@inline export function cutoffBlocks(): f64 { return load<f64>(PARAMS, 16) }
// @ts-ignore: decorator
@inline export function tempoBlocks(): f64 { return load<f64>(PARAMS, 24) }
// @ts-ignore: decorator
@inline export function thresholdRao(): u64 { return load<u64>(PARAMS, 32) }
/** Weight of root stake, raw. */
// @ts-ignore: decorator
@inline export function taoWeight(): u64 { return load<u64>(PARAMS, 40) }
// @ts-ignore: decorator
@inline export function maxAllowed(): u32 { return load<u32>(PARAMS, 48) }
/** Raw shares: majority, bond penalty, share of new bonds, bounds of liquid alpha. */
// @ts-ignore: decorator
@inline export function kappa(): i64 { return load<i64>(PARAMS, 56) }
// @ts-ignore: decorator
@inline export function penalty(): u64 { return load<u64>(PARAMS, 64) }
// @ts-ignore: decorator
@inline export function rateOfNew(): u64 { return load<u64>(PARAMS, 72) }
// @ts-ignore: decorator
@inline export function alphaLow(): i64 { return load<i64>(PARAMS, 80) }
// @ts-ignore: decorator
@inline export function alphaHigh(): i64 { return load<i64>(PARAMS, 88) }
/** Minus the steepness of the sigmoid, raw and signed. */
// @ts-ignore: decorator
@inline export function slope(): i64 { return load<i64>(PARAMS, 96) }
// @ts-ignore: decorator
@inline export function emissionRao(): u64 { return load<u64>(PARAMS, 104) }
/** -1 for none. */
// @ts-ignore: decorator
@inline export function ownerUid(): i32 { return load<i32>(PARAMS, 112) }
// @ts-ignore: decorator
@inline export function isYuma3(): bool { return load<u32>(PARAMS, 116) != 0 }
// @ts-ignore: decorator
@inline export function isLiquid(): bool { return load<u32>(PARAMS, 120) != 0 }
// @ts-ignore: decorator
@inline export function isCommitReveal(): bool { return load<u32>(PARAMS, 124) != 0 }
/** 0: as the network suggests, 1: dense, 2: sparse. */
// @ts-ignore: decorator
@inline export function forcedLayout(): u32 { return load<u32>(PARAMS, 128) }
/** Whether every column takes the slow path. */
// @ts-ignore: decorator
@inline export function isForcedSlow(): bool { return load<u32>(PARAMS, 132) != 0 }
/** Whether dense bonds stay as they are until `storeKept` is called. */
// @ts-ignore: decorator
@inline export function keepsBonds(): bool { return load<u32>(PARAMS, 136) != 0 }
