/** How the event changes: which version a message has, how any of them is read, and what calls for a new one. */
import type { PaymentCreated } from './event.ts'

/** A change that somebody proposes to the schema. */
export interface Change {
  readonly kind:
    | 'add-optional-field'
    | 'add-required-field'
    | 'remove-field'
    | 'rename-field'
    | 'change-type'
    | 'change-unit'
    | 'change-meaning'
    | 'make-required'
    | 'describe-better'
  readonly field: string
}

/** Whether a change calls for a new version. */
export function needsNewVersion(_change: Change): boolean {
  // TODO design-01.3: does yesterday's consumer read tomorrow's events right, and tomorrow's yesterday's?
  throw new Error('TODO: decide which change calls for a new version')
}

/** The version a message has, by what stands in it. @throws Error when it is none of ours. */
export function versionOf(_message: object): number {
  // TODO design-01.3: golden/first-version.json is what version 1 looks like
  throw new Error('TODO: tell the version from the message')
}

/** Reads the text of a message of any version that was ever sent. @throws Error when it can't be read: a retry won't help. */
export function read(_text: string): PaymentCreated {
  // TODO design-01.4 and design-01.5: tolerant, and old messages must still mean what they meant
  throw new Error('TODO: read a message')
}

/** The event for consumers that still read version 1, as long as both are published; undefined when that version can't say it. */
export function asFirstVersion(_event: PaymentCreated): object | undefined {
  // TODO design-01.4
  throw new Error('TODO: write the event as version 1')
}
