/** The embedded broker answers every probe as RabbitMQ 3.10 did when it was recorded. */
import { answersAsRecorded } from './test-recorded.ts'

answersAsRecorded('3.10')
