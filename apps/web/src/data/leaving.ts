let isLeaving = false;

/** While `work` runs, and after it when it succeeds, this window goes by its person's own will: nobody is told why. */
export async function leaving<T>(work: () => Promise<T>): Promise<T> {
  isLeaving = true;
  try {
    return await work();
  } catch (error) {
    isLeaving = false;
    throw error;
  }
}

export function isLeavingByWill(): boolean {
  return isLeaving;
}
