/** A dashboard for tests: the real program as a process over a checkout of its own, and plain requests to it. */
import type { ChildProcess } from 'node:child_process'
import { request } from 'node:http'
import { createInterface } from 'node:readline'

export interface TestDashboard {
  readonly url: string
  readonly port: number
  /** Sends SIGINT, as Ctrl-C does, and resolves when it has ended. */
  stop(): Promise<void>
}

/** Resolves when the program has said where it is. */
export async function dashboardOf(child: ChildProcess): Promise<TestDashboard> {
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const { stdout, stderr } = child
  if (stdout === null || stderr === null) throw new Error('the dashboard has no output')
  const trouble: string[] = []
  stderr.setEncoding('utf8').on('data', (chunk: string) => trouble.push(chunk))
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: stdout }).on('line', (line) => {
      const found = /http:\/\/127\.0\.0\.1:\d+\//.exec(line)?.[0]
      if (found !== undefined) resolve(found)
    })
    void ended.then(() => reject(new Error(`the dashboard ended: ${trouble.join('')}`)))
  })
  return {
    url,
    port: Number(new URL(url).port),
    async stop() {
      child.kill('SIGINT')
      await ended
    },
  }
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** One request with exactly these headers: `fetch` would not let a test set Host or Origin. */
export function ask(
  port: number,
  path: string,
  options: {
    readonly method?: string
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: string
  } = {},
): Promise<Answer> {
  const { method = 'GET', body, headers = {} } = options
  return new Promise((resolve, reject) => {
    const asking = request({
      host: '127.0.0.1',
      port,
      path,
      method,
      headers,
      setHost: headers['host'] === undefined,
    })
    asking.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      )
    })
    asking.on('error', reject)
    asking.end(body)
  })
}

/** A form as a page of this dashboard sends it. */
export function postForm(
  port: number,
  path: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return ask(port, path, {
    method: 'POST',
    body: new URLSearchParams(fields).toString(),
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      origin: `http://127.0.0.1:${port}`,
      ...headers,
    },
  })
}
