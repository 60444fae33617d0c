import { packValue, unpackValue } from '../synapse/index.js'

/** A request as it is now, for all who are asked, whatever its owner does with the object later; itself where it cannot be packed. */
export function copyOf<Request>(request: Request): Request {
  try {
    return unpackValue(packValue(request)) as Request
  } catch {
    // Who is asked with it says why, or finds a way.
    return request
  }
}
