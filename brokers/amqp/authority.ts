/** Host and port as URLs and sentences have them: an IPv6 address stands in brackets. */
export function authority(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
