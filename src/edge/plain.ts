/** Text as messages show it. */

/** Most characters of one part of a message, such as a path; what is longer is cut in its middle. */
const LONGEST_PART = 400
/** What is kept of the end of a part that is too long: a path's end says more than its middle. */
const KEPT_END = 120

/**
 * Text for a line on a terminal: control characters, line breaks, marks that turn the direction of writing and all else that is not
 * printed appear as escapes, and text that is too long is cut in its middle. Text that is plain stays as it is.
 */
export const plain = (text: string, longest = LONGEST_PART): string => {
  const cut =
    text.length <= longest ? text : `${text.slice(0, longest - KEPT_END)}...${text.slice(text.length - KEPT_END)}`
  return cut.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from({ length: character.length }, (_, i) => character.charCodeAt(i).toString(16).padStart(4, '0'))
      .map((digits) => `\\u${digits}`)
      .join(''),
  )
}
