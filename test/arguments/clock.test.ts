import * as clock from 'subnetkit/clock'
import { describeRefusals } from './refuses.js'

/** The past is due now. */
const alsoRight = { delayMs: [-7.5] }
const noDelay = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]

const aborted = (): AbortSignal => AbortSignal.abort()
const ofAborted = async (wait: Promise<unknown>): Promise<void> => {
  await wait.catch((error: unknown) => {
    if (!(error instanceof Error && error.name === 'AbortedError')) throw error
  })
}

describeRefusals('clock', clock, {
  drainMicrotasks: 'takes nothing',
  sleep: {
    params: ['clock', 'delayMs', 'signal'],
    args: () => [clock.systemClock, 0, aborted()],
    call: (...args: Parameters<typeof clock.sleep>) => ofAborted(clock.sleep(...args)),
    optional: ['signal'],
    free: ['clock.unheardOf'],
    alsoWrong: { delayMs: noDelay },
  },
  elapsedOf: {
    params: ['clock'],
    args: () => [clock.systemClock],
    call: clock.elapsedOf,
    free: ['clock.unheardOf'],
  },
  startDeadline: {
    params: ['clock', 'timeoutMs', 'parent'],
    args: () => [clock.systemClock, 5, new AbortController().signal],
    call: clock.startDeadline,
    after: (deadline) => (deadline as clock.Deadline).dispose(),
    optional: ['parent'],
    free: ['clock.unheardOf'],
    alsoWrong: { timeoutMs: noDelay },
  },
  onAbort: {
    params: ['signal', 'callback'],
    args: () => [new AbortController().signal, () => {}],
    call: clock.onAbort,
  },
  WaitList: 'takes nothing',
  'WaitList#wait': {
    params: ['signal'],
    args: () => [aborted()],
    call: (signal?: AbortSignal) => new clock.WaitList().wait(signal),
    optional: ['signal'],
  },
  'WaitList#wake': 'takes nothing',
  AsyncContext: 'takes nothing',
  'AsyncContext#run': 'calls what it is given at once, which throws by itself; with every step of held work',
  VirtualClock: {
    params: ['options'],
    args: () => [{ startMs: 5, heldWorkLimitMs: 5 }],
    call: (options: clock.VirtualClockOptions) => new clock.VirtualClock(options),
    optional: ['options', 'options.startMs', 'options.heldWorkLimitMs'],
    alsoRight: { options: [{}] },
    alsoWrong: { 'options.heldWorkLimitMs': [0, ...noDelay] },
  },
  'VirtualClock#now': 'takes nothing',
  'VirtualClock#setTimer': {
    params: ['callback', 'delayMs'],
    args: () => [() => {}, 5],
    call: (callback: () => void, delayMs: number) => new clock.VirtualClock().setTimer(callback, delayMs),
    alsoRight,
    alsoWrong: { delayMs: noDelay },
  },
  'VirtualClock#hold': {
    params: ['work', 'options'],
    args: () => [() => Promise.resolve(1), { what: 'The answer', costMs: 0, limitMs: 5 }],
    call: (...args: Parameters<clock.VirtualClock['hold']>) => new clock.VirtualClock().hold(...args),
    optional: ['options', 'options.what', 'options.costMs', 'options.limitMs'],
    alsoRight: { options: [{}] },
    alsoWrong: { 'options.what': [''], 'options.costMs': noDelay, 'options.limitMs': [0, ...noDelay] },
  },
  'VirtualClock#wait': {
    params: ['work'],
    args: () => [() => Promise.resolve(1)],
    call: (work: () => Promise<number>) => new clock.VirtualClock().wait(work),
  },
  'VirtualClock#stopHolding': 'takes nothing',
  waitOn: {
    params: ['clock', 'work'],
    args: () => [clock.systemClock, () => Promise.resolve(1)],
    call: clock.waitOn,
    free: ['clock.unheardOf'],
  },
  'VirtualClock#run': {
    params: ['options'],
    args: () => [{ untilMs: 5, until: () => true }],
    call: (options: { untilMs?: number; until?: () => boolean }) => new clock.VirtualClock().run(options),
    optional: ['options', 'options.untilMs', 'options.until'],
    alsoRight: { options: [{}] },
    alsoWrong: { 'options.untilMs': noDelay },
  },
})
