/** The same kernels on a memory that two threads share, and the loop of the second thread. */
import { CALL_BYTES, run } from './dispatch'

export * from './kernels'

/** How often the second thread polls for a job before it sleeps: for about half a millisecond, in which a simulator may step. */
const LOOKS = 1000000

// Offsets of the control words in bytes; `../secondThread.ts` documents them.
const ASKED: usize = 0
const ANSWERED: usize = 4
const ASLEEP: usize = 8
const WAITING: usize = 12
const RING: usize = 20
const RING_MASK = 7

// @ts-ignore: decorator
@inline
function word(address: usize, index: i32): i32 {
  return load<i32>(address + (<usize>index << 2))
}

/** Runs job after job, in the order in which they were started; never returns. A job is a first call and a count of calls. */
export function serve(control: usize, jobs: usize, calls: usize): void {
  let served: i32 = 0
  for (;;) {
    let looks = LOOKS
    while (atomic.load<i32>(control + ASKED) == served && looks > 0) looks--
    if (looks == 0) {
      // `wait` compares the count again before it sleeps, so that the thread does not miss a job that starts at this moment.
      atomic.store<i32>(control + ASLEEP, 1)
      while (atomic.load<i32>(control + ASKED) == served) atomic.wait<i32>(control + ASKED, served, -1)
      atomic.store<i32>(control + ASLEEP, 0)
    }
    const job = word(control + RING, served & RING_MASK)
    const first = word(jobs, 2 * job)
    const count = word(jobs, 2 * job + 1)
    for (let call = first; call < first + count; call++) run(calls + <usize>call * CALL_BYTES)
    served++
    atomic.store<i32>(control + ANSWERED, served)
    if (atomic.load<i32>(control + WAITING) != 0) atomic.notify(control + ANSWERED, 1)
  }
}
