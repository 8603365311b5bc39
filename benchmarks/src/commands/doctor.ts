import { dualsegError } from '@dualseg/kernels'
import { ENGINE_NAMES } from '@dualseg/trainer'
import { asCalled } from '../command-line/as-called'
import { EXIT } from '../command-line/exit-codes'
import { type Job, workOff } from '../command-line/progress'
import type { Verb } from '../command-line/verb'
import { doctorText, type Findings } from '../doctor/doctor-text'
import { type ExaminedData, type ExaminedEngine, examineDisk, examineEngine, examineLa, examineMachine } from '../doctor/examine'

/** `bench doctor`: what this machine has for `bench la`, what is missing, and the commands that get it. */
export const doctor: Verb = {
  definition: {
    meta: { name: 'doctor', description: 'What is here, what is missing, and the exact commands that get it' },
    args: {
      data: { type: 'string', description: 'Folder with the volumes, as for `bench la`', valueHint: 'folder' },
      runs: { type: 'string', description: 'Folder for runs, whose disk is looked at', default: 'runs', valueHint: 'folder' },
      'no-steps': { type: 'boolean', description: 'Look only: measure no engine', default: false },
      json: { type: 'boolean', description: 'Print one JSON object', default: false },
    },
  },
  examples: ['pnpm bench doctor', 'pnpm bench doctor --no-steps', 'DUALSEG_PYTHON=~/venv/bin/python pnpm -s bench doctor --json'],
  async run(args) {
    const data: ExaminedData[] = []
    const engines: ExaminedEngine[] = []
    const jobs: Job[] = [
      {
        title: 'Left Atrium',
        run: async (report) => {
          data.push(await examineLa(args.data as string | undefined, report))
          return data.at(-1)!.state
        },
      },
      ...ENGINE_NAMES.map((name) => ({
        title: `Engine ${name}`,
        run: async () => {
          const engine = await examineEngine(name, !args['no-steps'])
          engines.push(engine)
          return engine.available ? (engine.failed ?? engine.version) : 'not here'
        },
      })),
    ]
    const errors = await workOff(jobs, { stopOnError: false })
    for (const error of errors.values()) throw error
    const findings: Findings = { machine: examineMachine(), disk: await examineDisk(String(args.runs)), data, engines }
    console.log(args.json ? JSON.stringify(findings, null, 2) : asCalled(doctorText(findings)))
    if (!engines.some(({ available, failed }) => available && failed === undefined)) {
      throw dualsegError('DUALSEG_ENGINE_MISSING', 'bench doctor: no engine works here')
    }
    return data.some(({ state }) => state === 'damaged') ? EXIT.data : EXIT.done
  },
}
