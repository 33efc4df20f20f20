/** A page of hundreds of kilobytes, sent so that its first screen is seen before the rest of it is read. */
import type { Request, Response } from 'express'

/** The head with its style sheet, and what a large screen shows below it, bytes. */
export const firstBytes = 64_000
/** How long the rest waits, milliseconds: in this time a browser has painted what it got. It would else read everything first. */
const pauseMs = 50

/** Sends it in two parts to a browser that opens it, and in one to whoever else asks. */
export function sendLongPage(request: Request, response: Response, page: string): void {
  const bytes = Buffer.from(page)
  if (bytes.length <= firstBytes || request.headers['sec-fetch-dest'] !== 'document') {
    response.send(page)
    return
  }
  response.type('html').setHeader('Content-Length', bytes.length)
  response.write(bytes.subarray(0, firstBytes))
  setTimeout(() => response.end(bytes.subarray(firstBytes)), pauseMs)
}
