/** What acts in a task where no policy does. */
export const plainActions = ['random', 'zeros'] as const

/** One of `plainActions`. */
export type PlainActions = (typeof plainActions)[number]
