/** Forms, as a page without scripts sends them and as our scripts do: the same fields, another answer. */
import type { Request, Response } from 'express'
import type { z } from 'zod'
import { Refused } from './safety.ts'
import { frameTexts } from './texts/frame.ts'

/** @throws Refused when it is not what the form's schema says */
export function readForm<Schema extends z.ZodType>(schema: Schema, request: Request): z.infer<Schema> {
  const parsed = schema.safeParse(request.body ?? {})
  if (!parsed.success) throw new Refused(400, frameTexts.badForm)
  return parsed.data
}

/** @throws Refused */
export function readQuery<Schema extends z.ZodType>(schema: Schema, request: Request): z.infer<Schema> {
  const parsed = schema.safeParse(request.query)
  if (!parsed.success) throw new Refused(400, frameTexts.badForm)
  return parsed.data
}

/** Whether one of our scripts asks. */
export function isScripted(request: Request): boolean {
  return request.headers['x-token'] !== undefined
}

/** A script gets data, anybody else the page to go on with. */
export function answered(request: Request, response: Response, path: string, data: object = {}): void {
  if (isScripted(request)) response.json({ ...data, path })
  else response.redirect(303, path)
}

/** The page that the form stood on: of its address only the path counts, and only on this host. */
export function pathBefore(request: Request): string {
  const { referer = '', host: own } = request.headers
  if (!URL.canParse(referer)) return '/'
  const { host: before, pathname, search } = new URL(referer)
  return before === own && !pathname.startsWith('//') ? `${pathname}${search}` : '/'
}
