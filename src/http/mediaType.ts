/** What a header such as `Content-Type` names. */
export interface MediaType {
  /** Such as `application/json`, in lower case. */
  readonly type: string
  /** Of its text; in lower case. */
  readonly charset: string | undefined
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const TYPE = new RegExp(`^[ \\t]*(${TOKEN}/${TOKEN})[ \\t]*(?=;|$)`)
const PARAMETER = new RegExp(`^;[ \\t]*(?:(${TOKEN})=(?:(${TOKEN})|"([^"\\\\]*)"))?[ \\t]*(?=;|$)`)

/**
 * Reads one media type with its parameters, of which only `charset` means anything here; `undefined` for what is none.
 *
 * @source RFC 9110, 8.3.1
 */
export function mediaTypeOf(header: string): MediaType | undefined {
  const [whole, type] = TYPE.exec(header) ?? []
  if (whole === undefined || type === undefined) return undefined
  let charset: string | undefined
  for (let rest = header.slice(whole.length); rest !== ''; ) {
    const [parameter, name, token, quoted] = PARAMETER.exec(rest) ?? []
    if (parameter === undefined) return undefined
    if (name?.toLowerCase() === 'charset') {
      if (charset !== undefined) return undefined
      charset = (token ?? quoted ?? '').toLowerCase()
    }
    rest = rest.slice(parameter.length)
  }
  return { type: type.toLowerCase(), charset }
}

/** Whether a header names a type, in UTF-8 where it names a character set. */
export function isUtf8Of(header: string | null | undefined, type: string): boolean {
  const named = typeof header === 'string' ? mediaTypeOf(header) : undefined
  return named?.type === type && (named.charset === undefined || named.charset === 'utf-8')
}
