import { mkdtempSync, rmSync } from 'node:fs'
import { open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RelayedError } from 'subnetkit/axon'

/** A file of which parts are read. */
export interface OpenFile extends AsyncDisposable {
  read(from: number, length: number): Promise<Uint8Array>
}

/**
 * Files in a temporary folder, which is made with the first and deleted when the last who uses it has stopped. From then on it is out of reach: whoever asks its miner is told
 * so.
 */
export class Disk {
  #folder: string | undefined
  readonly #users = new Set<AbortSignal>()
  #writes = 0
  readonly #parent: string

  /** @param parent - where the folder is made. Default: that for temporary files. */
  constructor(parent = tmpdir()) {
    this.#parent = parent
  }

  /** Until a signal is aborted the files are wanted. */
  wantedUntil(stopped: AbortSignal): void {
    if (this.#users.has(stopped)) return
    this.#users.add(stopped)
    stopped.addEventListener('abort', () => this.#leave(stopped), { once: true })
  }

  /** Whole or not at all: whoever reads meanwhile has the file as it was. */
  async write(name: string, bytes: Uint8Array): Promise<void> {
    const path = this.#pathOf(name)
    const coming = `${path}.${++this.#writes}`
    await writeFile(coming, bytes)
    await rename(coming, path)
  }

  async read(name: string): Promise<Uint8Array> {
    return await readFile(this.#pathOf(name))
  }

  /** Opens a file to read parts of it. */
  async open(name: string): Promise<OpenFile> {
    const file = await open(this.#pathOf(name))
    return {
      async read(from, length) {
        const part = new Uint8Array(length)
        await file.read(part, 0, length, from)
        return part
      },
      [Symbol.asyncDispose]: () => file.close(),
    }
  }

  async delete(name: string): Promise<void> {
    await rm(this.#pathOf(name), { force: true })
  }

  #pathOf(name: string): string {
    if (this.#users.size === 0) throw new RelayedError({ status: 'unreachable', unhandled: false })
    this.#folder ??= mkdtempSync(join(this.#parent, 'subnetkit-storage-'))
    return join(this.#folder, name)
  }

  #leave(stopped: AbortSignal): void {
    this.#users.delete(stopped)
    if (this.#users.size > 0 || this.#folder === undefined) return
    rmSync(this.#folder, { recursive: true, force: true })
    this.#folder = undefined
  }
}
