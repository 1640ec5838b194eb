/** What a link counts. */

/** What happened on a link so far, on all its sources and sinks together. */
export interface LinkCounts {
  readonly connected: boolean
  /** Attempts to connect, including those that succeeded and the one that is under way. */
  readonly attempts: number
  /** Attempts that succeeded. */
  readonly connections: number
  /** Messages that were decoded and emitted. */
  readonly messages: number
  /** Messages that were refused. */
  readonly bad: number
  /** Values that the transport accepted. */
  readonly sent: number
  /**
   * What was left out: incomplete first lines, stored copies of messages, messages of topics without a source, messages that `parse`
   * ignored, values that a newer value replaced, and values for which there was no connection.
   */
  readonly dropped: number
  /** Why the latest attempt or connection failed, or why the latest bad message was refused; null before the first failure. */
  readonly failure: string | null
}

/** The counts of a link before its first use. */
export const emptyLinkCounts: LinkCounts = {
  connected: false,
  attempts: 0,
  connections: 0,
  messages: 0,
  bad: 0,
  sent: 0,
  dropped: 0,
  failure: null,
}
