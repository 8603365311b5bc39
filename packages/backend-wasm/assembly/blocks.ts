// Element by element: a task is a block of BLOCK values. Whole vectors are read and written past the last value: every tensor has room up to
// a multiple of 64 bytes.
export const BLOCK: usize = 16384
