/** Where RabbitMQ is: what was asked for, else AMQP_URL, else a broker on this computer. */

const local = 'amqp://guest:guest@127.0.0.1:5672'

export function addressOf(
  asked: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string {
  return asked ?? (env.AMQP_URL || local)
}

/** The address without its password, which belongs on no screen. */
export function shownAddress(url: string): string {
  const { protocol, username, host, pathname } = new URL(url)
  return `${protocol}//${username === '' ? '' : `${username}@`}${host}${pathname === '/' ? '' : pathname}`
}
