// The most that these kernels could do: multiply-adds on registers alone, as many chains as registers hold beside both constants and a product.
export const outputs = ({ relaxed, wide }) => [{ target: 'limits.ts', source: generate({ relaxed, wide }) }]

const CHAINS = 12

function generate({ relaxed, wide }) {
  // Packed, two neighbours are one register.
  const chains = [...Array(wide ? 2 * CHAINS : CHAINS).keys()]
  const step = (s) => (relaxed ? `f32x4.relaxed_madd(${s}, a, b)` : `f32x4.add(f32x4.mul(${s}, a), b)`)
  const lines = (line) => chains.map(line).join('\n    ')
  return `
/** \`count\` times s = s * a + b, rounded to what ${chains.length} vectors do at once; they come from and go to 1 kB of \`target\`, after a and b. A task is one such run. */
export function multiplyAddLimit(targets: usize, count: usize, begin: usize, end: usize, thread: i32, scratch: usize): void {
  for (let task = begin; task < end; ++task) {
    const target = targets + (task << 10)
    const rounds = count / ${chains.length * 4}
    const a = v128.load32_splat(target)
    const b = v128.load32_splat(target, 4)
    ${lines((c) => `let s${c} = v128.load(target, ${c * 16 + 16})`)}
    for (let i: usize = 0; i < rounds; ++i) {
    ${lines((c) => `s${c} = ${step(`s${c}`)}`)}
    }
    ${lines((c) => `v128.store(target, s${c}, ${c * 16 + 16})`)}
  }
}`
}
