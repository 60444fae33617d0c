// Runs one bundled bench in a process of its own: its heap and compiled code do not touch the next one's times.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A file that takes longer than this has stopped making progress. */
const LIMIT_MS = 900_000

/**
 * @param {string} program path of the bundled bench
 * @param {{ cwd: string, args: readonly string[], signal: AbortSignal, onRow: (row: object) => void, limitMs?: number, stderr?: 'ignore' }} options
 * @returns {Promise<number | string>} its exit code, or the signal that ended it: after `limitMs`, or when `signal` is aborted
 */
export async function runProgram(program, { cwd, args, signal, onRow, limitMs = LIMIT_MS, stderr }) {
  const child = spawn(process.execPath, ['--expose-gc', '--max-old-space-size=8192', program, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', stderr ?? 'inherit'],
  })
  const ended = new Promise((end) => child.on('close', (code, by) => end(code ?? by)))
  const stop = () => child.kill('SIGTERM')
  signal.addEventListener('abort', stop, { once: true })
  const watchdog = setTimeout(() => child.kill('SIGKILL'), limitMs)
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.startsWith('{')) onRow(JSON.parse(line))
    }
    return await ended
  } finally {
    clearTimeout(watchdog)
    signal.removeEventListener('abort', stop)
    child.kill('SIGKILL')
  }
}
