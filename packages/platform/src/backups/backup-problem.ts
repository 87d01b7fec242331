/** A backup cannot be made, read or restored; the message is a sentence for whoever operates the installation. */
export class BackupProblem extends Error {
  override name = "BackupProblem";
}
