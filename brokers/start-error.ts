/** Why a broker could not start: one sentence with the next step, and as data for whoever says it in other words. */

export type StartProblem =
  /** Another program listens there. */
  | 'address-in-use'
  /** Not an address of this computer, or not a port that this user may open. */
  | 'address-unusable'
  /** Another broker has this data folder open. */
  | 'data-in-use'
  | 'data-unwritable'
  | 'bad-certificate'
  /** A setting that the broker has not, or a value that it does not take. */
  | 'bad-setting'

export class StartError extends Error {
  readonly problem: StartProblem
  /** The address, as `host:port`, the folder, or the setting. */
  readonly subject: string

  constructor(problem: StartProblem, subject: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StartError'
    this.problem = problem
    this.subject = subject
  }
}
