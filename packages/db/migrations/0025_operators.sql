-- Operators of an installation: what concerns all workspaces, such as backups, is theirs. No role of a workspace makes one.
ALTER TABLE users ADD COLUMN is_operator boolean NOT NULL DEFAULT false;
-- Whoever was here first has set the installation up.
UPDATE users SET is_operator = true WHERE id = (SELECT id FROM users ORDER BY created_at, id LIMIT 1);
-- What a person is told about themselves says it.
DROP TRIGGER users_marked ON users;
CREATE TRIGGER users_marked AFTER UPDATE OF name, email, is_local_owner, is_operator ON users FOR EACH ROW EXECUTE FUNCTION mark_person();
