/** A person, as the code that proves who somebody is sees them; never answered to anybody. */
export interface Account {
  userId: string;
  name: string;
  email: string;
  isVerified: boolean;
  pendingEmail: string | null;
  isLocalOwner: boolean;
  isDisabled: boolean;
  /** Of the password, when the person has one. */
  passwordHash: string | null;
}
