import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { cpus, hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { execa, execaSync } from 'execa'

/** A Slurm cluster that is this machine alone: real daemons in a folder and on ports of their own. */
export interface OneNodeSlurm {
  /** For every command of Slurm. */
  readonly environment: Readonly<Record<string, string>>
  slurm(program: string, ...words: string[]): Promise<string>
  stop(): Promise<void>
}

/** Why there can be no cluster here; undefined if there can. Debian's packages are installed on the way where `DUALSEG_APT` allows it. */
export function whyNoSlurm(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs root on Linux'
  if (has('slurmctld') && has('slurmd') && has('munged')) return undefined
  if (!process.env.DUALSEG_APT || !has('apt-get')) return 'needs slurm-wlm and munge; DUALSEG_APT=1 lets the test install them'
  const quiet = { reject: false, env: { DEBIAN_FRONTEND: 'noninteractive' } } as const
  execaSync('apt-get', ['update'], quiet)
  const { exitCode } = execaSync('apt-get', ['install', '--yes', '--no-install-recommends', 'slurm-wlm', 'munge'], quiet)
  return exitCode === 0 ? undefined : 'apt-get could not install slurm-wlm and munge'
}

function has(program: string): boolean {
  return execaSync('which', [program], { reject: false }).exitCode === 0
}

export async function startSlurm(): Promise<OneNodeSlurm> {
  const root = mkdtempSync(join(tmpdir(), 'dualseg-slurm-'))
  for (const name of ['munge', 'state', 'spool']) mkdirSync(join(root, name), { mode: 0o700 })
  const conf = join(root, 'slurm.conf')
  writeFileSync(join(root, 'munge', 'key'), randomBytes(128), { mode: 0o400 })
  writeFileSync(conf, await configuration(root))
  const environment = { SLURM_CONF: conf }
  const munge = (name: string) => join(root, 'munge', name)
  const daemons: ChildProcess[] = [
    spawn('munged', [
      ...['--force', '--foreground', '--key-file', munge('key'), '--socket', munge('socket')],
      ...['--pid-file', munge('pid'), '--log-file', munge('log'), '--seed-file', munge('seed')],
    ]),
  ]
  await setTimeout(1000)
  for (const program of ['slurmctld', 'slurmd']) {
    daemons.push(spawn(program, ['-D', '-c'], { env: { ...process.env, ...environment }, stdio: 'ignore' }))
  }
  const slurm = async (program: string, ...words: string[]) => (await execa(program, words, { env: environment })).stdout
  const stop = async () => {
    await slurm('scancel', '--user=root', '--signal=KILL', '--full').catch(() => undefined)
    for (const daemon of daemons.reverse()) daemon.kill('SIGTERM')
    await setTimeout(500)
    for (const daemon of daemons) daemon.kill('SIGKILL')
    rmSync(root, { recursive: true, force: true })
  }
  for (let attempt = 0; attempt < 60; attempt++) {
    const states = await slurm('sinfo', '--noheader', '--format=%T').catch(() => '')
    if (states.includes('idle')) return { environment, slurm, stop }
    await setTimeout(500)
  }
  await stop()
  throw new Error('the node did not become idle within half a minute')
}

async function configuration(root: string): Promise<string> {
  const host = hostname()
  const munge = join(root, 'munge', 'socket')
  return `ClusterName=one
SlurmctldHost=${host}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=${munge}
CredType=cred/munge
SlurmctldPort=${await freePort()}
SlurmdPort=${await freePort()}
SlurmctldPidFile=${join(root, 'slurmctld.pid')}
SlurmdPidFile=${join(root, 'slurmd.pid')}
SlurmctldLogFile=${join(root, 'slurmctld.log')}
SlurmdLogFile=${join(root, 'slurmd.log')}
StateSaveLocation=${join(root, 'state')}
SlurmdSpoolDir=${join(root, 'spool')}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_interval=1,requeue_delay=1
JobRequeue=1
KillWait=60
ReturnToService=2
MpiDefault=none
AccountingStorageType=accounting_storage/none
NodeName=${host} NodeAddr=127.0.0.1 CPUs=${cpus().length} State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
