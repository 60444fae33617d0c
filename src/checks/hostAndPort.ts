/** `host:port` for people, logs and URLs: an IPv6 address stands in brackets, so that its last group is not taken for the port. */
export function hostAndPort({ host, port }: { readonly host: string; readonly port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
