/** A way of frames along a connection: to the end that listens, or to the end that dialled. */
export type FaultDirection = 'toListener' | 'toDialler'

/** Where and when a fault is in force; what is left out is any. */
export interface FaultScope {
  /** Name of the peer that dialled. */
  readonly dialler?: string
  /** Name of the peer that listens. */
  readonly listener?: string
  /** On the network's own clock. Default: from the start. */
  readonly fromMs?: number
  /** Default: without end. */
  readonly untilMs?: number
}

interface FrameScope extends FaultScope {
  /** Default: both ways. */
  readonly direction?: FaultDirection
}

/** Frames vanish. A carrier loses none by itself: this is what somebody on the way can do. */
export interface LossFault extends FrameScope {
  readonly kind: 'loss'
  /** Of each frame, 0 to 1. */
  readonly chance: number
  /** Only of frames that are sent after so many others of their connection and direction. Default 0. */
  readonly afterFrame?: number
}

/** Frames come twice, as when they are replayed. */
export interface RepeatFault extends FrameScope {
  readonly kind: 'repeat'
  /** Of each frame, 0 to 1. */
  readonly chance: number
}

/** One bit of a frame is another. */
export interface AlterFault extends FrameScope {
  readonly kind: 'alter'
  /** Of each frame, 0 to 1. */
  readonly chance: number
}

/** Frames, closes and dials take time; their order stays. */
export interface DelayFault extends FrameScope {
  readonly kind: 'delay'
  readonly delayMs: number
  /** Up to so much more, evenly distributed. Default 0. */
  readonly jitterMs?: number
}

/** A slow line: each frame takes as long as its bytes do, one after the other. */
export interface DripFault extends FrameScope {
  readonly kind: 'drip'
  readonly bytesPerSecond: number
}

/** Nothing gets through, and nobody is told: a partition, or a frozen machine. What was sent arrives when it is over. */
export interface SilenceFault extends FrameScope {
  readonly kind: 'silence'
}

/** Dials are refused at once, as where no program listens. */
export interface RefuseFault extends FaultScope {
  readonly kind: 'refuse'
}

/** Who learns that a connection was lost. Who does not believes it open: it is half open until that end gives it up. */
export type ToldOfCut = 'both' | 'dialler' | 'listener' | 'nobody'

/** A connection is lost right after a frame was handed over; 0 is before the first one. */
export interface CutFault extends FaultScope {
  readonly kind: 'cut'
  /** Frames that arrive in that direction before. */
  readonly afterFrame: number
  readonly direction: FaultDirection
  /** Which dial of the dialler to the listener made it, from 0, refused ones counted. Default: any. */
  readonly connection?: number
  /** Default `both`. */
  readonly told?: ToldOfCut
  /** The close code that those who are told hear: somebody on the way can choose it. Default: that of a connection that was lost. */
  readonly code?: number
}

/** The clock of a peer is wrong: it shows another time, or runs faster or slower. */
export interface SkewFault {
  readonly kind: 'skew'
  readonly peer: string
  /** Default 0. */
  readonly offsetMs?: number
  /** Millionths by which it runs too fast; negative when too slow. Default 0. */
  readonly ratePpm?: number
}

/**
 * How a peer goes down.
 *
 * - `stop`: as it does when it is asked to.
 * - `reset`: its process is killed; the machine tells everybody who was connected.
 * - `powerLoss`: nobody is told.
 */
export type Downfall = 'stop' | 'reset' | 'powerLoss'

/** What a peer has no more when it comes back; see `PeerLife`. */
export type RestartLoss = 'nothing' | 'memory' | 'key' | 'both'

/** A peer that the network runs goes down, and comes back. */
export interface RestartFault {
  readonly kind: 'restart'
  readonly peer: string
  readonly atMs: number
  readonly downMs: number
  /** Default `reset`. */
  readonly how?: Downfall
  /** Default `nothing`. */
  readonly loses?: RestartLoss
}

/** Something that goes wrong in a `FaultyNetwork`; plain data, so that a list of them can be kept, printed and shortened. */
export type Fault =
  | LossFault
  | RepeatFault
  | AlterFault
  | DelayFault
  | DripFault
  | SilenceFault
  | RefuseFault
  | CutFault
  | SkewFault
  | RestartFault

/** A fault that frames of a connection meet. */
export type FrameFaultEntry = LossFault | RepeatFault | AlterFault | DelayFault | DripFault | SilenceFault

/** How often what went wrong, since the network was made. */
export interface FaultCounters {
  /** Frames that peers sent. */
  framesSent: number
  framesLost: number
  framesRepeated: number
  framesAltered: number
  /** Frames that were held back by delay, drip or silence. */
  framesDelayed: number
  /** Connections cut, by faults, crashes and hand. */
  cuts: number
  dials: number
  dialsRefused: number
  restarts: number
}
