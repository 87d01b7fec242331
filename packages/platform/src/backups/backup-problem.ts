/** A backup cannot be made, read or restored; the message is a sentence for whoever operates the installation. */
export class BackupProblem extends Error {
  override name = "BackupProblem";
}

/** The place where archives lie does not answer, or not now. */
export class PlaceAway extends BackupProblem {
  override name = "PlaceAway";
}
