/** Adds fields to a record as a new record, since other code may hold the old one. */

/**
 * `step` with the fields of `added`, which it must not have yet. `added` itself becomes the record, so pass a new object literal.
 *
 * It does not use `{ ...step, field }`: the engine of Node 20 takes over a microsecond for each field that is added to a copy, four
 * times as long as this (Node 24 is fast at both).
 */
export const addFields = <T extends object, Added extends object>(step: T, added: Added): T & Added =>
  Object.assign(added, step) as T & Added
