/** The process of one judge: takes one subject after another from its parent, and ends with the channel to it. */
import { loadCourse } from '../course.ts'
import { Judge } from '../runner/judge.ts'
import { isLesson } from '../study/lessons.ts'
import type { Judged, JudgeSettings, JudgeThis } from './judges.ts'

const { lang, seed } = JSON.parse(process.env.MQ_JUDGE ?? '{}') as JudgeSettings
const judge = new Judge({ engine: 'embedded', lang, ...(seed === undefined ? {} : { seed }) })

process.on('message', async (asked: JudgeThis) => process.send?.(await judged(asked)))
process.on('disconnect', async () => {
  await judge.close()
  process.exit(0)
})

async function judged({ taskId, subject, types, items }: JudgeThis): Promise<Judged> {
  try {
    const { tasks } = await loadCourse()
    const task = tasks.find(({ id }) => id === taskId)
    if (task === undefined) throw new Error(`there is no task ${taskId}`)
    // A lesson's experiments hold whoever writes the notes: once is enough.
    const withoutExperiments = isLesson(task) && subject.kind !== 'reference'
    const [judgement] = await judge.judge({
      tasks: [task],
      subject,
      types,
      withoutExperiments,
      ...(items === undefined ? {} : { items }),
    })
    if (judgement === undefined) throw new Error(`nothing was judged of ${taskId}`)
    return { judgement }
  } catch (error) {
    return { trouble: error instanceof Error ? error.message : String(error) }
  }
}
