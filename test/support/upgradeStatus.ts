import WebSocket from 'ws'

/** Status of the answer to an upgrade that a browser asks for, for a page of an origin. */
export function upgradeStatus(url: string, origin: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { origin })
    socket.once('open', () => {
      resolve(101)
      socket.close()
    })
    socket.once('unexpected-response', (request, response) => {
      resolve(response.statusCode)
      request.destroy()
    })
    socket.on('error', reject)
  })
}
