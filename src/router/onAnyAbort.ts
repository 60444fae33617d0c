import { onAbort } from '../clock/index.js'

/** Calls back once when the first of some signals is aborted, at once when one is already; the returned function takes that back. */
export function onAnyAbort(signals: readonly AbortSignal[], callback: () => void): () => void {
  let isOver = false
  const once = (): void => {
    if (isOver) return
    isOver = true
    callback()
  }
  const offs = signals.map((signal) => onAbort(signal, once))
  const forget = (): void => {
    isOver = true
    for (const off of offs) off()
  }
  // Who was called back already has not been handed this, and takes nothing back.
  if (isOver) forget()
  return forget
}
