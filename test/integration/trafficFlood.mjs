// Opens many connections at once and keeps them, as a hostile or broken peer would. Run as a second process:
// node trafficFlood.mjs PORT CONNECTIONS KIND, KIND one of tcp (says nothing), upgrade (says nothing after the
// upgrade), hello (sends a first handshake message that leads nowhere).
// Prints one JSON line when every connection was tried, and ends when its standard input does.

import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'

const [port, total, kind] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]]
const IN_PROGRESS = 400

const upgrade = [
  'GET / HTTP/1.1',
  'Host: 127.0.0.1',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
  '',
  '',
].join('\r\n')

/** A masked binary WebSocket frame with the version byte and 32 bytes that look like a key. */
function hello() {
  const frame = Buffer.alloc(2 + 4 + 33)
  frame[0] = 0x82
  frame[1] = 0x80 | 33
  frame[6] = 1
  randomBytes(32).copy(frame, 7)
  return frame
}

let [tried, opened, ended, failed, concurrent, mostConcurrent] = [0, 0, 0, 0, 0, 0]
const failures = {}
const sockets = new Set()

function open() {
  if (tried >= total) return
  tried++
  const socket = connect({ port, host: '127.0.0.1' })
  sockets.add(socket)
  socket.on('error', (error) => {
    failed++
    failures[error.code] = (failures[error.code] ?? 0) + 1
  })
  socket.once('connect', () => {
    opened++
    concurrent++
    mostConcurrent = Math.max(mostConcurrent, concurrent)
    if (kind !== 'tcp') socket.write(upgrade)
    if (kind === 'hello') socket.once('data', () => socket.write(hello()))
    else socket.resume()
  })
  socket.once('close', () => {
    if (!socket.connecting) concurrent--
    ended++
    sockets.delete(socket)
    report()
  })
  // The next one when this one stands or is gone: many at once, and every one really tried.
  let moved = false
  const next = () => {
    if (moved) return
    moved = true
    open()
    report()
  }
  socket.once(kind === 'tcp' ? 'connect' : 'data', next)
  socket.once('close', next)
}

let reported = false
function report() {
  if (reported || tried < total || opened + failed < total) return
  reported = true
  process.stdout.write(`${JSON.stringify({ tried, opened, ended, failed, failures, mostConcurrent })}\n`)
}

for (let i = 0; i < IN_PROGRESS; i++) open()
process.stdin.resume()
process.stdin.once('end', () => process.exit(0))
