import type { AsyncHook } from 'node:async_hooks'

/** A thing of the platform that says whether somebody waits for it, as sockets and timers do. */
interface Handle {
  hasRef(): boolean | null
}

/** One-off requests to the platform; they are over when their callback has run. */
const REQUESTS = /^(?!HTTP).*(REQ|CONNECTWRAP|SHUTDOWNWRAP|WRITEWRAP|SENDWRAP|QUERYWRAP)/
/** Long-lived by nature: that there is one does not say that it is waited for. */
const STANDING = /WORKER|MESSAGEPORT|SERVERWRAP|SIGNALWRAP|FSEVENTWRAP|STATWATCHER|TTYWRAP|^Immediate$/
const SOCKET = /^(TCP|PIPE)WRAP$/
/** How a timer of Node says that it has fired; it goes on saying that it would keep the process alive. */
const DESTROYED = '_destroyed'
/** Handles looked at again only from so many on. */
const PRUNE_FROM = 64

/**
 * Sees what a piece of work waits for outside the clock: files, sockets, real timers, native cryptography. It does not see a worker
 * thread or a socket that stood ready before, nor what no platform resource stands for.
 */
export class NativeWork {
  readonly #requests = new Map<number, object>()
  #handles: Handle[] = []
  #pruneAt = PRUNE_FROM

  /** Whether something is under way. */
  get isBusy(): boolean {
    for (const [id, request] of this.#requests) if (isDoneAtOnce(request)) this.#requests.delete(id)
    return this.#requests.size > 0 || this.#handles.some(isWaitedFor)
  }

  /** Takes in what was made; `none` when nobody waits for things of its kind. */
  began(id: number, type: string, resource: object): 'handle' | 'request' | 'none' {
    if (isHandle(resource)) {
      if (STANDING.test(type) || isRepeating(resource)) return 'none'
      if (this.#handles.push(resource) > this.#pruneAt) this.#prune()
      return 'handle'
    }
    if (!REQUESTS.test(type)) return 'none'
    this.#requests.set(id, resource)
    return 'request'
  }

  ended(id: number): void {
    this.#requests.delete(id)
  }

  /** Ids of requests under way. */
  get requests(): Iterable<number> {
    return this.#requests.keys()
  }

  #prune(): void {
    this.#handles = this.#handles.filter(isWaitedFor)
    this.#pruneAt = 2 * this.#handles.length + PRUNE_FROM
  }
}

/** Sockets that a server of this process accepted: the other end may be one that a pool keeps, and nobody waits for them. */
class AcceptedSockets {
  #sockets: Handle[] = []
  #pruneAt = PRUNE_FROM

  get inUse(): number {
    return this.#sockets.reduce((count, socket) => (isWaitedFor(socket) ? count + 1 : count), 0)
  }

  add(socket: Handle): void {
    if (this.#sockets.push(socket) <= this.#pruneAt) return
    this.#sockets = this.#sockets.filter(isWaitedFor)
    this.#pruneAt = 2 * this.#sockets.length + PRUNE_FROM
  }

  clear(): void {
    this.#sockets = []
  }
}

const accepted = new AcceptedSockets()

/**
 * Sockets in use in the whole process, to be compared with how many there were before: one that a pool keeps for the next caller,
 * as `fetch` does, is nobody's work until it is used again. Those that a server accepted since watching began do not count.
 */
export function socketsInUse(): number {
  const active = globalThis.process?.getActiveResourcesInfo?.() ?? []
  const all = active.reduce(
    (count, type) => (/^(TCPSocketWrap|TLSWrap|PipeWrap)$/.test(type) ? count + 1 : count),
    0,
  )
  return all - accepted.inUse
}

/** Tells each piece of work of the platform resources that were made in its course. */
export class NativeWatch {
  readonly #hook: AsyncHook | undefined
  readonly #owners = new Map<number, NativeWork>()
  #users = 0

  /** @param ownerNow - the work in whose course this runs; asked whenever a resource is made. */
  constructor(ownerNow: () => { readonly native: NativeWork; touch(): void } | undefined) {
    const hooks = globalThis.process?.getBuiltinModule?.('node:async_hooks')
    this.#hook = hooks?.createHook({
      init: (id, type, _, resource) => {
        if (type === 'PROMISE' || type === 'TickObject') return
        // Made outside every program: the platform took a connection for a server.
        if (SOCKET.test(type) && hooks.executionAsyncId() === 0 && isHandle(resource)) accepted.add(resource)
        const owner = ownerNow()
        if (owner === undefined || resource instanceof hooks.AsyncResource) return
        const kind = owner.native.began(id, type, resource)
        if (kind === 'none') return
        if (kind === 'request') this.#owners.set(id, owner.native)
        owner.touch()
      },
      after: (id) => {
        if (this.#owners.size === 0) return
        this.#owners.get(id)?.ended(id)
        this.#owners.delete(id)
      },
    })
  }

  /** Watches until as many `stop` as `start` were called: watching costs every promise of the process a little. */
  start(): void {
    if (this.#users++ === 0) this.#hook?.enable()
  }

  stop(): void {
    if (--this.#users > 0) return
    this.#hook?.disable()
    // Their ends will not be seen.
    for (const [id, work] of this.#owners) work.ended(id)
    this.#owners.clear()
    accepted.clear()
  }

  /** Nothing more of this work is of interest. */
  forget(work: NativeWork): void {
    for (const id of work.requests) this.#owners.delete(id)
  }
}

function isHandle(resource: object): resource is Handle {
  return 'hasRef' in resource && typeof resource.hasRef === 'function'
}

/** An interval; a timer set again and again by its callback is new each time. */
function isRepeating(resource: object): boolean {
  return '_repeat' in resource && resource._repeat !== null
}

/** One that is closed, or has fired, is waited for by nobody, as is one that would not keep the process alive. */
function isWaitedFor(handle: Handle): boolean {
  return handle.hasRef() === true && !(DESTROYED in handle && handle[DESTROYED] === true)
}

/** Cryptography that its caller does not wait for, as of random bytes, makes a request too, without anybody to tell of its end. */
function isDoneAtOnce(request: object): boolean {
  return /Job$/.test(request.constructor.name) && !('ondone' in request)
}
