import { vi } from 'vitest'
import { DAMAGES } from '../../packages/trainer/test/damage'
import { damagedCommands } from './damaged-commands'

const place = vi.hoisted(() => ({ projectRoot: '' }))
vi.mock('../src/data/project-root', () => place)

const KINDS = Object.keys(DAMAGES)

// A kind for each file of a finished run, and some of one that was stopped, which is trained on in seconds: the whole table is among the slow suites.
damagedCommands(place, (row, state) => (state === 'finished' || row % 4 === 0 ? [KINDS[row % KINDS.length]!] : []))
