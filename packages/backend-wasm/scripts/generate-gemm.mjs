// Micro-kernels: the innermost products of every convolution, for panels of 16, 8 and 4 columns.
//
// A WebAssembly engine on x86 has 15 vector registers to give, so 8 accumulators, up to 4 columns of B, a broadcast of A and a product fit. Hence the
// register tiles 2x16, 4x8 and 8x4 (rows x columns). Packed into 256 bits two columns are one register: the wide kernels have tiles of 4x16 and 8x8.
export const outputs = (options) => [{ target: 'gemm.ts', source: generate(options) }]

const range = (n) => [...Array(n).keys()]

const tiles = (wide) => [
  { rows: wide ? 4 : 2, width: 16 },
  { rows: wide ? 8 : 4, width: 8 },
  { rows: 8, width: 4 },
]

function generate({ relaxed, wide }) {
  const parts = [
    `@inline export function madd(a: v128, b: v128, c: v128): v128 { return ${relaxed ? 'f32x4.relaxed_madd(a, b, c)' : 'f32x4.add(f32x4.mul(a, b), c)'} }`,
  ]
  for (const { rows, width } of tiles(wide)) {
    parts.push(multiply(rows, width))
    parts.push(outer(rows, width, false), outer(rows, width, true))
  }
  return parts.join('\n')
}

const accumulators = (rows, columns) => range(rows).flatMap((r) => range(columns).map((c) => `s${r}_${c}`))

/** One step of the inner loop: s += a[r] * b[0..width), with the rows' addresses given. */
function step(addresses, columns) {
  return [
    ...range(columns).map((c) => `const b${c} = v128.load(b, ${c * 16})`),
    ...addresses.map((address, r) =>
      [
        `const a${r} = v128.load32_splat(${address})`,
        ...range(columns).map((c) => `s${r}_${c} = madd(a${r}, b${c}, s${r}_${c})`),
      ].join('\n'),
    ),
  ].join('\n')
}

/**
 * c[m x width] = start[width] + a[m x k] * b[k x width], b packed. Rows are done `rows` at a time, so a and c have room for m rounded up; strides and
 * `kBytes` (4k) in bytes.
 */
function multiply(rows, width) {
  const columns = width / 4
  const names = accumulators(rows, columns)
  const row = (base, stride, r) => (r === 0 ? base : `${base} + ${r} * ${stride}`)
  return `
export function multiply${width}(a: usize, lda: usize, b0: usize, c: usize, ldc: usize, kBytes: usize, m: usize, start: usize): void {
  for (let i: usize = 0; i < m; i += ${rows}) {
    let p0 = a
    let b = b0
    ${range(rows)
      .slice(1)
      .map((r) => `let p${r} = ${row('a', 'lda', r)}`)
      .join('\n')}
    ${range(columns)
      .map((c) => `let s0_${c} = v128.load(start, ${c * 16})`)
      .join('\n')}
    ${names
      .filter((name) => !name.startsWith('s0_'))
      .map((name) => `let ${name} = s0_${name.split('_')[1]}`)
      .join('\n')}
    const end = a + kBytes
    while (p0 < end) {
      ${step(
        range(rows).map((r) => `p${r}`),
        columns,
      )}
      ${range(rows)
        .map((r) => `p${r} += 4`)
        .join('\n')}
      b += ${width * 4}
    }
    ${range(rows)
      .map((r) =>
        range(columns)
          .map((c) => `v128.store(${row('c', 'ldc', r)}, s${r}_${c}, ${c * 16})`)
          .join('\n'),
      )
      .join('\n')}
    a += ${rows} * lda
    c += ${rows} * ldc
  }
}`
}

/** c[n x width] (+)= sum over t < count of a[t][0..n)^T * b[t][0..width); n is rounded up to `rows`, strides in bytes. */
function outer(rows, width, accumulate) {
  const columns = width / 4
  const names = accumulators(rows, columns)
  const row = (base, stride, r) => (r === 0 ? base : `${base} + ${r} * ${stride}`)
  return `
export function outer${accumulate ? 'Add' : ''}${width}(a: usize, lda: usize, b0: usize, ldb: usize, c: usize, ldc: usize, count: usize, n: usize): void {
  for (let i: usize = 0; i < n; i += ${rows}) {
    let p = a
    let b = b0
    ${names.map((name) => `let ${name}: v128 = f32x4.splat(0)`).join('\n')}
    const end = a + count * lda
    while (p < end) {
      ${step(
        range(rows).map((r) => (r === 0 ? 'p' : `p, ${r * 4}`)),
        columns,
      )}
      p += lda
      b += ldb
    }
    ${range(rows)
      .map((r) => {
        const to = row('c', 'ldc', r)
        // Every load before the first store: V8 packs neighbours only where nothing lies between them.
        return [
          ...range(columns).map(
            (k) => `const t${r}_${k} = ${accumulate ? `f32x4.add(v128.load(${to}, ${k * 16}), s${r}_${k})` : `s${r}_${k}`}`,
          ),
          ...range(columns).map((k) => `v128.store(${to}, t${r}_${k}, ${k * 16})`),
        ].join('\n')
      })
      .join('\n')}
    a += ${rows * 4}
    c += ${rows} * ldc
  }
}`
}
