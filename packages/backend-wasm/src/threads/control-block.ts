/**
 * The few words of shared memory through which the main thread and its workers agree on a job.
 *
 * A job is cut into shares. `TICKET` holds, in one word, the job's number, how many shares it has and how many are taken; a share
 * is taken by a compare-and-swap on that word, so a worker that read an old job can never run it. A job's shares can all be taken
 * by the main thread: a worker that is slow, not started yet or dead costs time, never a result.
 */

/** Indices into an Int32Array over the block; words that different threads write lie on different cache lines. */
export const TICKET = 0
export const DONE = 16
export const SLEEPERS = 32
export const WAITING = 48
export const FAILED = 49
export const FUNCTION = 64
export const ARGUMENT_COUNT = 65
export const TASKS = 66
export const SCRATCH = 67
export const SCRATCH_STRIDE = 68
/** Float64 values from this byte on. */
export const ARGUMENTS_BYTE = 320
export const MAXIMUM_ARGUMENTS = 48
export const CONTROL_BYTES = ARGUMENTS_BYTE + 8 * MAXIMUM_ARGUMENTS

/** Shares and taken shares have six bits each in the ticket, the job's number the other twenty. */
export const SHARE_BITS = 6
export const MAXIMUM_SHARES = (1 << SHARE_BITS) - 1
export const JOB_MASK = (1 << (32 - 2 * SHARE_BITS)) - 1
/** A ticket no job can have (more shares taken than there are): workers end. */
export const STOP = MAXIMUM_SHARES
