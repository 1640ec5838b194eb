/** The ids of tasks on models in files: `mjcf:<path>`. */

/** The beginning of these ids. */
export const modelPrefix = 'mjcf:'

/** Whether this is the id of a task on a model in a file, such as `mjcf:models/arm.xml`. */
export const isModelTask = (id: unknown): id is string =>
  typeof id === 'string' && id.startsWith(modelPrefix) && id.length > modelPrefix.length
