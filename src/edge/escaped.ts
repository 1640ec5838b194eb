/** Text as messages show it. */

/** The most characters of one part of a message, such as a path; the middle of a longer one is cut out. */
const LONGEST_PART = 400
/** The characters that are kept of the end of a part that is too long: the end of a path says more than its middle. */
const KEPT_END = 120

/**
 * Text for a line on a terminal. Control characters, line breaks, characters that change the direction of writing and all others that
 * are not printed become escapes such as `\u000a`. If the text is longer than `longest` characters, its middle is cut out; the default is
 * 400. Any other text stays as it is.
 */
export const escaped = (text: string, longest = LONGEST_PART): string => {
  const cut =
    text.length <= longest ? text : `${text.slice(0, longest - KEPT_END)}...${text.slice(text.length - KEPT_END)}`
  return cut.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from({ length: character.length }, (_, i) => character.charCodeAt(i).toString(16).padStart(4, '0'))
      .map((digits) => `\\u${digits}`)
      .join(''),
  )
}
