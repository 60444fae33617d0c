import { type WasmMemory, webAssembly } from './webAssembly.js'

const PAGE_BYTES = 65_536

/** Room for the engine's own stack and tables, and for the boxes and copies that are made from outside: 4 MiB. */
const OWN_PAGES = 64

/**
 * The memory of a thread's engines, one after the other. It is taken from the machine once: taking it anew for each call costs more than clearing
 * what a call has used. What nobody touches takes no memory of the machine's.
 */
export class EngineMemory {
  readonly memory: WasmMemory
  /** Pages that an engine may have: a quarter more than the program is allowed, for gaps between blocks. */
  readonly pages: number

  /** @throws RangeError when the machine has no room for it. */
  constructor(memoryBytes: number) {
    this.pages = OWN_PAGES + Math.ceil((memoryBytes * 1.25) / PAGE_BYTES)
    this.memory = new (webAssembly().Memory)({ initial: this.pages, maximum: this.pages })
  }

  /** Makes the first pages all zeros, as they were. */
  clear(pages: number): void {
    new Uint8Array(this.memory.buffer, 0, pages * PAGE_BYTES).fill(0)
  }
}
