import { expect, it } from 'vitest'
import { noModule, noPython, type Peer } from './peer-missing'

const torch: Peer = { command: 'bench speed', name: 'pytorch', packages: ['torch'], python: 'python3' }
const deepmind: Peer = {
  command: 'bench speed metrics',
  name: 'deepmind',
  packages: ['surface-distance', 'scipy'],
  python: '/my venv/bin/python',
}

it.each([
  [
    noPython(torch),
    'bench speed: --peer pytorch: no program python3 was found; name a Python that has torch with --python <path>, or make one: `python3 -m venv peer && peer/bin/pip install torch`, then --python peer/bin/python',
  ],
  [
    noModule(torch, "No module named 'torch'", '/usr/bin/python3'),
    'bench speed: --peer pytorch: /usr/bin/python3 has no torch; `/usr/bin/python3 -m pip install torch`, or name a Python that has torch with --python <path>',
  ],
  [
    noModule(deepmind, "No module named 'numpy'"),
    'bench speed metrics: --peer deepmind: /my venv/bin/python has no numpy; `"/my venv/bin/python" -m pip install numpy`, or name a Python that has surface-distance and scipy with --python <path>',
  ],
  [
    noModule(deepmind, "No module named 'surface_distance'"),
    'bench speed metrics: --peer deepmind: /my venv/bin/python has no surface_distance; `"/my venv/bin/python" -m pip install surface-distance`, or name a Python that has surface-distance and scipy with --python <path>',
  ],
  [
    noModule(torch, 'libcudart.so.12: cannot open shared object file'),
    'bench speed: --peer pytorch: python3 cannot load what it needs (libcudart.so.12: cannot open shared object file); `python3 -m pip install --force-reinstall torch`, or name a Python that has torch with --python <path>',
  ],
])('what a peer lacks is said exactly, in which Python, and with the command for that Python: %s', (error, message) => {
  expect(error).toMatchObject({ code: 'DUALSEG_ENGINE_MISSING', message })
})
