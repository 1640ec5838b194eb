/** The same kernels on a memory that two threads share, and what the second thread does there. */
import { dense, denseAdam, denseBackward, largest } from './kernels'
import { leakyRelu, leakyReluBackward, normalize, normalizeBackward } from './kernels'

export * from './kernels'

/** How often the second thread looks for a job before it sleeps: about half a millisecond, so that a simulator may step meanwhile. */
const LOOKS = 1000000

// What stands at the control words, in bytes from the first; `../secondThread.ts` says what they mean.
const ASKED: usize = 0
const ANSWERED: usize = 4
const ASLEEP: usize = 8
const WAITING: usize = 12
const RING: usize = 20
const RING_MASK = 7

/** Words of one call in the table: which kernel, and its arguments. */
const WORDS = 10

// @ts-ignore: decorator
@inline
function word(address: usize, index: i32): i32 {
  return load<i32>(address + (<usize>index << 2))
}

/** Runs one call of the table. */
function run(at: usize): void {
  const a = word(at, 1)
  const b = word(at, 2)
  const c = word(at, 3)
  const d = word(at, 4)
  const e = word(at, 5)
  const f = word(at, 6)
  const g = word(at, 7)
  switch (word(at, 0)) {
    case 0:
      return dense(a, b, c, d, e, f)
    case 1:
      return denseBackward(a, b, c, d, e, f, g)
    case 2:
      return leakyRelu(a, b)
    case 3:
      return leakyReluBackward(a, b, c)
    case 4:
      return normalize(a, b, c, d)
    case 5:
      return normalizeBackward(a, b, c, d, e)
    case 6:
      return denseAdam(a, b, c, d, e, f, g, word(at, 8), word(at, 9))
    case 7:
      return largest(a, b, c)
    default:
      unreachable()
  }
}

/** Runs job after job, in the order in which they were asked for; never returns. A job is a first call and a count of calls. */
export function serve(control: usize, jobs: usize, calls: usize): void {
  let served: i32 = 0
  for (;;) {
    let looks = LOOKS
    while (atomic.load<i32>(control + ASKED) == served && looks > 0) looks--
    if (looks == 0) {
      // `wait` compares the count again before it sleeps, so that a job that is asked for just now is not slept through.
      atomic.store<i32>(control + ASLEEP, 1)
      while (atomic.load<i32>(control + ASKED) == served) atomic.wait<i32>(control + ASKED, served, -1)
      atomic.store<i32>(control + ASLEEP, 0)
    }
    const job = word(control + RING, served & RING_MASK)
    const first = word(jobs, 2 * job)
    const count = word(jobs, 2 * job + 1)
    for (let call = first; call < first + count; call++) run(calls + (<usize>(call * WORDS) << 2))
    served++
    atomic.store<i32>(control + ANSWERED, served)
    if (atomic.load<i32>(control + WAITING) != 0) atomic.notify(control + ANSWERED, 1)
  }
}
