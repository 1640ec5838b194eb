/** Numbers in the reasons of a guard. */

/** A count with separators: `10,000`. */
export const countText = (count: number): string => count.toLocaleString('en-US')

/** A share in percent, with three digits. */
export const shareText = (share: number): string => `${Number((100 * share).toPrecision(3))} %`
