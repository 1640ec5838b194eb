/** The colors that tell series apart, in pictures and on pages. */

/**
 * Colors on white that people with any color vision can tell apart, and that differ in lightness from those beside them. The first three
 * are Paul Tol's scheme "high-contrast" (technical note SRON/EPS/TN/09-002), which is made for prints in grey; the others are from his
 * schemes "bright" and "muted".
 */
export const seriesColors = [
  '#004488',
  '#dd9a1a',
  '#bb5566',
  '#33a6c8',
  '#117733',
  '#882255',
  '#8a8a8a',
  '#1a1a1a',
] as const

/** The same hues, lighter, on a dark ground. */
export const seriesColorsOnDark = [
  '#6fb1f5',
  '#e8b04a',
  '#f08a9b',
  '#63cde8',
  '#6fcf8d',
  '#d58fc0',
  '#a8b0b8',
  '#f2f2f2',
] as const
