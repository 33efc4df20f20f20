/** The words around the project's own tests. */
export const testTexts = {
  real: { en: 'Parity with real brokers.', vi: 'Đối chiếu với broker thật.' },
} as const
