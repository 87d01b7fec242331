/**
 * A run or a crew by its id: where a text that a model wrote may lead inside the console. Nothing else of it may, since an
 * address can also fill in forms.
 */
export function isOwnPlace(href: string | undefined): href is string {
  return href !== undefined && /^\/(?:runs\/run|crews\/crew)_[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(href);
}
