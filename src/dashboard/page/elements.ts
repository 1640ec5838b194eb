/** Elements of the page. Texts are set as text, never as HTML. */

/** The element of the document with this id. */
export const byId = <E extends HTMLElement>(id: string): E => {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`the page has no element ${id}`)
  return found as E
}

/** A new element with a class and with texts or elements in it. */
export const element = <Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className: string,
  ...content: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] => {
  const made = document.createElement(tag)
  made.className = className
  made.append(...content)
  return made
}

/** Sets the text of an element if it is another one, so that the browser draws no more than has changed. */
export const setText = (at: HTMLElement, text: string): void => {
  if (at.textContent !== text) at.textContent = text
}

/** The value of a variable of the style, which depends on the theme. */
export const styleOf = (variable: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(variable).trim()
